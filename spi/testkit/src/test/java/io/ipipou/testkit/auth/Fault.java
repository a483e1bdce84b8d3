package io.ipipou.testkit.auth;

/** A mistake that a scheme could make, and the case of the suite that has to find it. */
enum Fault {
    CHECKS_ONLY_THE_BYTES_THAT_ARE_THERE("refusesTruncatedPayloads"),
    THROWS_AT_SHORT_PAYLOADS("refusesTruncatedPayloads"),
    IGNORES_WHAT_FOLLOWS("refusesOversizedPayloads"),
    IGNORES_THE_LAST_BIT("refusesFlippedBits"),
    IGNORES_THE_KEY("refusesTheProofsOfStrangers"),
    TAKES_ANY_REPLY("refusesFlippedBits"),
    NAMES_A_WRONG_LENGTH("acceptsTheProofsOfItsPeer"),
    USES_A_NONCE_TWICE("freshProofsOfOneInstantHaveStampsOfTheirOwn"),
    STAMPS_THE_ARRIVAL("aReplayIsKnownByItsStamp"),
    STAMPS_ALL_KEYS_ALIKE("stampsNameTheKey"),
    HIDES_THE_TIME("aProofOfAnotherTimeIsRefusedOrSaysItsTime"),
    OVERFLOWS_IN_THE_YEAR_9999("aHostWhoseClockIsWrongStillGetsAVerdict"),
    SERVES_ONE_THREAD("threadsDoNotDisturbEachOther"),
    PRINTS_ITS_KEY("noStringHoldsASecret"),
    NEEDS_NO_KEY("aServerWithoutSettingsWouldAdmitAnyone"),
    HAS_ITS_OWN_CHANCE("timeAndChanceComeFromTheContext"),
    GENERATES_ONE_KEY("generatedKeysAreTwoAndNew"),
    DECLARES_A_SETTING_TWICE("declaresItsSettings"),
    DESCRIBES_NOTHING("describesItself");

    final String caught;

    Fault(String caught) {
        this.caught = caught;
    }
}
