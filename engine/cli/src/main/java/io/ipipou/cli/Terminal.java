package io.ipipou.cli;

import java.io.PrintWriter;

/**
 * Where results and remarks go.
 *
 * @param out results, and nothing else
 * @param err everything else, a line a remark
 * @param colour whether results may be coloured
 */
record Terminal(PrintWriter out, PrintWriter err, boolean colour) {

    /** Set by the launcher where standard output is a terminal; Java 17 cannot tell. */
    private static final String TERMINAL_PROPERTY = "ipipou.terminal";

    /** This process's. */
    static Terminal of(PrintWriter out, PrintWriter err) {
        String noColour = System.getenv("NO_COLOR");
        return new Terminal(
                out, err, Boolean.getBoolean(TERMINAL_PROPERTY) && (noColour == null || noColour.isEmpty()));
    }

    /** Prints each line of the message with the tool's name before it. */
    void complain(String message) {
        message.lines().forEach(line -> err.println("ipipou: " + line));
        err.flush();
    }
}
