package io.ipipou.backend.iproute2;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A program in place of {@code ip} or {@code nft} that records its input and prints prepared output. */
final class FakeIp {

    /** The output for an empty namespace. */
    static final String NOTHING = "[]\n[]\n[]\n";

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final String SCRIPT = """
            #!/bin/bash
            cd "${0%/*}"
            launch=$(cat count)
            echo $((launch + 1)) >count
            printf '%s\\n' "$*" >"arguments.$launch"
            cat >"input.$launch"
            cat "output.$launch"
            cat "errors.$launch" >&2
            exit "$(cat "exit.$launch")"
            """;

    private final Path directory;
    private int replies;

    FakeIp(Path directory) throws IOException {
        this.directory = directory;
        script(SCRIPT);
        Files.writeString(directory.resolve("count"), "0");
    }

    /** Replaces the program. */
    FakeIp script(String text) throws IOException {
        Path file = command();
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    /** Prepares the output of the next launch, and at each further call that of the one after it. */
    FakeIp replies(int exit, String output, String errors) throws IOException {
        Files.writeString(directory.resolve("output." + replies), output);
        Files.writeString(directory.resolve("errors." + replies), errors);
        Files.writeString(directory.resolve("exit." + replies), String.valueOf(exit));
        replies++;
        return this;
    }

    FakeIp prints(String output) throws IOException {
        return replies(0, output, "");
    }

    FakeIp succeeds() throws IOException {
        return replies(0, "", "");
    }

    FakeIp fails(int line, String message) throws IOException {
        return replies(1, "", message + "\nCommand failed -:" + line + "\n");
    }

    Path command() {
        return directory.resolve("ip");
    }

    Iproute2Backend backend() {
        return new Iproute2Backend(command(), Optional.empty(), "ipipou", TIMEOUT, () -> true, true);
    }

    Iproute2Backend backendWithoutPrivilege() {
        return new Iproute2Backend(command(), Optional.empty(), "ipipou", TIMEOUT, () -> false, true);
    }

    /** The lines that a launch, counted from 0, received. */
    List<String> input(int launch) throws IOException {
        return Files.readAllLines(directory.resolve("input." + launch), UTF_8);
    }

    String arguments(int launch) throws IOException {
        return Files.readString(directory.resolve("arguments." + launch)).strip();
    }

    int launches() throws IOException {
        return Integer.parseInt(Files.readString(directory.resolve("count")).strip());
    }
}
