package io.ipipou.testbed;

import io.ipipou.cli.Ipipou;
import java.io.PrintWriter;
import java.io.StringWriter;

/** {@code ipipou} commands, run in this JVM: a process of its own takes seconds to start in an emulated guest. */
final class Cli {

    /** How a command ended, and what it printed. */
    record Result(int status, String out, String err) {

        String output() {
            return out + err;
        }
    }

    private Cli() {}

    /** Runs a command in the host's network namespace. */
    static Result run(NetworkNamespace host, String... arguments) {
        return host.call(() -> run(arguments));
    }

    /** Runs a command in the calling thread's network namespace. */
    static Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Ipipou.run(arguments, new PrintWriter(out), new PrintWriter(err));
        return new Result(status, out.toString(), err.toString());
    }
}
