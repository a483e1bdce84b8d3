package io.ipipou.testbed;

import java.nio.file.Path;

/** What is built from this tree and installed on hosts. */
final class Distribution {

    /** The project's root. */
    static final Path ROOT = Path.of(System.getProperty("ipipou.root", ".."));

    /** {@code ipipou}, as a program. */
    static final String LAUNCHER =
            ROOT.resolve("dist/target/ipipou/bin/ipipou").toAbsolutePath().toString();

    private Distribution() {}
}
