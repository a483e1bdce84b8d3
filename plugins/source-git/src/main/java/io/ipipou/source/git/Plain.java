package io.ipipou.source.git;

/** What others wrote, fit for a line of text. */
final class Plain {

    private static final int LONGEST = 300;

    private Plain() {}

    /** Without line ends, and without what could steer a terminal. */
    static String text(String foreign) {
        String line = foreign.strip().replaceAll("\\s+", " ").replaceAll("[\\p{Cntrl}\\p{Cf}\\x80-\\x9f]", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
