package io.ipipou.backend.iproute2;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A stand-in for {@code ip} or {@code nft} that records its input and prints prepared output. */
final class FakeTool {

    /** The output for an empty namespace. */
    static final String NOTHING = "[]\n[]\n[]\n[]\n";

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

    FakeTool(Path directory) throws IOException {
        this.directory = directory;
        script(SCRIPT);
        Files.writeString(directory.resolve("count"), "0");
    }

    /** Replaces the program. */
    FakeTool script(String text) throws IOException {
        Path file = command();
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    /** Queues the result of one launch; launches take them in this order. */
    FakeTool replies(int exit, String output, String errors) throws IOException {
        Files.writeString(directory.resolve("output." + replies), output);
        Files.writeString(directory.resolve("errors." + replies), errors);
        Files.writeString(directory.resolve("exit." + replies), String.valueOf(exit));
        replies++;
        return this;
    }

    FakeTool prints(String output) throws IOException {
        return replies(0, output, "");
    }

    FakeTool succeeds() throws IOException {
        return replies(0, "", "");
    }

    /** Fails as {@code ip -batch} does at a line. */
    FakeTool fails(int line, String message) throws IOException {
        return replies(1, "", message + "\nCommand failed -:" + line + "\n");
    }

    /** Fails as {@code nft -f} does if the kernel refuses what a line asks for. */
    FakeTool refuses(int line, String message) throws IOException {
        return replies(1, "", "/dev/stdin:" + line + ":2-8: Error: Could not process rule: " + message + "\n x\n ^\n");
    }

    /** Fails as {@code nft list table} does if there is no such table. */
    FakeTool hasNoTable() throws IOException {
        return replies(1, "", "Error: No such file or directory\nlist table ip ipipou\n              ^^^^^^\n");
    }

    /** The program, which is named ip whatever it stands in for. */
    Path command() {
        return directory.resolve("ip");
    }

    Iproute2Backend backend() {
        return new Iproute2Backend(command(), Optional.empty(), "ipipou", TIMEOUT, () -> true, true);
    }

    Iproute2Backend backend(FakeTool nft) {
        return new Iproute2Backend(command(), Optional.of(nft.command()), "ipipou", TIMEOUT, () -> true, true);
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
