package io.ipipou.cli.process;

import io.ipipou.cli.log.LineFormat;
import io.ipipou.cli.log.Logs;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Where results and remarks go.
 *
 * @param out results, and nothing else
 * @param err everything else, a line a remark
 * @param colour whether results may be coloured
 * @param format how remarks look
 */
public record Terminal(PrintWriter out, PrintWriter err, boolean colour, Supplier<LineFormat> format) {

    /** Set by the launcher where standard output is a terminal; Java 17 cannot tell. */
    private static final String TERMINAL_PROPERTY = "ipipou.terminal";

    /** This process's. */
    public static Terminal of(PrintWriter out, PrintWriter err) {
        String noColour = System.getenv("NO_COLOR");
        return new Terminal(
                out,
                err,
                Boolean.getBoolean(TERMINAL_PROPERTY) && (noColour == null || noColour.isEmpty()),
                Logs::format);
    }

    /** Somebody else's, who reads text. */
    public Terminal(PrintWriter out, PrintWriter err, boolean colour) {
        this(out, err, colour, () -> LineFormat.PLAIN);
    }

    /** Prints the message, for people each line of it with the tool's name before it. */
    public void complain(String message) {
        err.print(format.get().remark(Instant.now(), message));
        err.flush();
    }
}
