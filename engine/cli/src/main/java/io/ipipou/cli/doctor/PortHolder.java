package io.ipipou.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the process that holds a UDP port. Only root sees other users' processes. */
final class PortHolder {

    private static final Pattern SPACES = Pattern.compile(" +");
    private static final Pattern PROCESS = Pattern.compile("[0-9]+");

    private PortHolder() {}

    /** @return {@code process 812 (named)}; empty if no process does, or it is not visible */
    static Optional<String> find(KernelFiles files, int port) {
        return Stream.of("udp", "udp6")
                .flatMap(table ->
                        files.lines("proc/thread-self/net/" + table).stream().skip(1))
                .map(line -> SPACES.split(line.strip()))
                .filter(fields -> fields[1].endsWith(String.format(Locale.ROOT, ":%04X", port)))
                .map(fields -> "socket:[" + fields[9] + "]")
                .flatMap(socket -> files.names("proc").stream()
                        .filter(name -> PROCESS.matcher(name).matches())
                        .filter(process -> holds(files.path("proc/" + process + "/fd"), socket)))
                .findFirst()
                .map(process -> "process " + process
                        + files.text("proc/" + process + "/comm")
                                .map(name -> " (" + name + ")")
                                .orElse(""));
    }

    private static boolean holds(Path descriptors, String socket) {
        try (Stream<Path> links = Files.list(descriptors)) {
            return links.anyMatch(link -> isLinkTo(link, socket));
        } catch (IOException e) {
            return false; // it has ended, or belongs to another user
        }
    }

    private static boolean isLinkTo(Path link, String socket) {
        try {
            return Files.readSymbolicLink(link).toString().equals(socket);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
