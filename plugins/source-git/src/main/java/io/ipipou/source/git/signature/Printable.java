package io.ipipou.source.git.signature;

/** What others wrote, fit for a line of text. */
final class Printable {

    private static final int LONGEST = 60;

    private Printable() {}

    static String of(String foreign) {
        String plain = foreign.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "...";
    }
}
