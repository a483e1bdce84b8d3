package io.ipipou.cli.process;

import io.ipipou.cli.log.LineFormat;
import io.ipipou.cli.log.Logs;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.function.Supplier;
import org.slf4j.event.Level;

/**
 * A command's output.
 *
 * @param out results, and nothing else
 * @param err messages
 * @param colour whether results can be coloured
 * @param live whether messages go to a terminal, on which a line can be rewritten
 * @param format of messages
 */
public record Terminal(PrintWriter out, PrintWriter err, boolean colour, boolean live, Supplier<LineFormat> format) {

    /** Set by the launcher if standard output is a terminal; Java 17 cannot tell. */
    private static final String TERMINAL_PROPERTY = "ipipou.terminal";

    /** The same of standard error. */
    private static final String LIVE_PROPERTY = "ipipou.terminal.err";

    /** The terminal of this process. */
    public static Terminal of(PrintWriter out, PrintWriter err) {
        String noColour = System.getenv("NO_COLOR");
        boolean colour = Boolean.getBoolean(TERMINAL_PROPERTY) && (noColour == null || noColour.isEmpty());
        return new Terminal(out, err, colour, Boolean.getBoolean(LIVE_PROPERTY), Logs::format);
    }

    /** The terminal of a person at another process. */
    public Terminal(PrintWriter out, PrintWriter err, boolean colour) {
        this(out, err, colour, false, () -> LineFormat.PLAIN);
    }

    /** The same without progress, for a process that logs meanwhile. */
    public Terminal withoutProgress() {
        return new Terminal(out, err, colour, false, format);
    }

    /** Prints results as they are, at once. */
    public void print(String text) {
        out.print(text);
        out.flush();
    }

    public void println(String line) {
        print(line + "\n");
    }

    public void error(String message) {
        message(Level.ERROR, message);
    }

    public void warning(String message) {
        message(Level.WARN, message);
    }

    public void note(String message) {
        message(Level.INFO, message);
    }

    private void message(Level level, String message) {
        err.print(format.get().message(Instant.now(), level, message));
        err.flush();
    }
}
