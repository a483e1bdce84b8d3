package io.ipipou.cli.option;

import io.ipipou.cli.log.Logs;
import picocli.CommandLine.Option;

/** The options of commands that log. */
public final class LogOptions {

    public enum Format {
        text,
        json
    }

    /** Heeded as soon as it is read, so that what goes wrong with the rest is told in the same form. */
    @Option(
            names = "--log",
            paramLabel = "text|json",
            description = "How what happens is logged: as text (the default), or as JSON, an object a line.")
    public void format(Format format) {
        if (format == Format.json) {
            Logs.useJson();
        }
    }
}
