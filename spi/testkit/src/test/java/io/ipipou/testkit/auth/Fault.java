package io.ipipou.testkit.auth;

/** A fault that a scheme can have, and the case of the suite that must find it. */
enum Fault {
    IGNORES_MISSING_BYTES("rejectsTruncatedPayloads"),
    THROWS_FOR_SHORT_PAYLOADS("rejectsTruncatedPayloads"),
    IGNORES_EXCESS_BYTES("rejectsOversizedPayloads"),
    IGNORES_THE_LAST_BIT("rejectsFlippedBits"),
    IGNORES_THE_KEY("rejectsPacketsOfAnotherPeer"),
    ACCEPTS_ANY_REPLY("rejectsFlippedBits"),
    DECLARES_A_WRONG_LENGTH("acceptsPacketsOfItsPeer"),
    REUSES_A_NONCE("packetsOfTheSameInstantHaveDifferentStamps"),
    STAMPS_THE_TIME_OF_ARRIVAL("aReplayHasTheSameStamp"),
    STAMPS_EVERY_KEY_THE_SAME("aStampIdentifiesTheKey"),
    ANNOUNCES_ANOTHER_REPLAY_KEY("packetsOfTheSameInstantHaveDifferentStamps"),
    OMITS_THE_STAMP("aPacketOfAnotherTimeIsRejectedOrStampedWithIt"),
    OVERFLOWS_IN_THE_YEAR_9999("aWrongClockStillGetsAVerdict"),
    FAILS_IN_CONCURRENT_USE("concurrentUseGivesTheSameResults"),
    PRINTS_ITS_KEY("noStringContainsASecret"),
    NEEDS_NO_KEY("aVerifierWithoutSettingsIsRejected"),
    USES_ITS_OWN_RANDOMNESS("timeAndRandomnessComeFromTheContext"),
    GENERATES_THE_SAME_KEY_TWICE("generatedKeysAreADifferentPairEachTime"),
    DECLARES_A_SETTING_TWICE("declaresItsSettings"),
    HAS_NO_DESCRIPTION("describesItself");

    final String caughtBy;

    Fault(String caughtBy) {
        this.caughtBy = caughtBy;
    }
}
