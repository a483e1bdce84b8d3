package io.ipipou.testbed;

import java.nio.file.Path;

/** Paths in this project's tree. */
final class Distribution {

    /** The project's root. */
    static final Path ROOT = Path.of(System.getProperty("ipipou.root", ".."));

    /** The program {@code ipipou}. */
    static final String LAUNCHER =
            ROOT.resolve("dist/target/ipipou/bin/ipipou").toAbsolutePath().toString();

    private Distribution() {}
}
