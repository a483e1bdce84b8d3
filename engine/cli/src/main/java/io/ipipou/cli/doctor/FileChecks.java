package io.ipipou.cli.doctor;

import io.ipipou.core.config.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Who else can read this host's secrets, or write what ipipou reads as root. */
final class FileChecks {

    private FileChecks() {}

    static Optional<Finding> files(HostFacts host) {
        FileFacts files = host.configFiles();
        return Optional.of(files.config()
                .flatMap(config -> openConfig(config, files.secrets()))
                .or(() -> files.warnings().stream()
                        .filter(FileChecks::isOpenSecret)
                        .findFirst()
                        .map(problem -> Finding.failed(problem.message(), "run: " + problem.instead())))
                .or(() -> files.plugins().stream()
                        .flatMap(FileChecks::withJars)
                        .flatMap(path -> writable(path, "can add code that runs as root").stream())
                        .findFirst())
                .orElse(Finding.ok("file permissions")));
    }

    /** Whether the warning is about the mode of a secret's file. */
    private static boolean isOpenSecret(Problem problem) {
        return problem.instead().startsWith("chmod ");
    }

    private static Optional<Finding> openConfig(Path config, Set<String> secrets) {
        return writable(config, "can change this host's tunnels")
                .or(() -> has(config, PosixFilePermission.OTHERS_READ) && containsSecret(config, secrets)
                        ? Optional.of(Finding.failed(
                                config + " contains a secret, and everyone can read it", "run: chmod 600 " + config))
                        : Optional.empty());
    }

    /** Whether a secret is written in the file itself, not as a mapping that says where it is. */
    private static boolean containsSecret(Path config, Set<String> secrets) {
        Pattern inline = Pattern.compile("\\b(" + String.join("|", secrets) + ")[\"']?[ \t]*:[ \t]*[^\\s{#&]");
        try {
            return !secrets.isEmpty()
                    && inline.matcher(Files.readString(config, StandardCharsets.ISO_8859_1))
                            .find();
        } catch (IOException e) {
            return false; // it was read before, and is gone now
        }
    }

    private static Stream<Path> withJars(Path directory) {
        try (Stream<Path> jars = Files.list(directory)) {
            return Stream.concat(Stream.of(directory), jars.sorted().toList().stream());
        } catch (IOException e) {
            return Stream.of(directory); // reported when plugins were loaded
        }
    }

    private static Optional<Finding> writable(Path path, String consequence) {
        Optional<String> who = has(path, PosixFilePermission.OTHERS_WRITE)
                ? Optional.of("everyone")
                : has(path, PosixFilePermission.GROUP_WRITE) && !group(path).equals("root")
                        ? Optional.of("group " + group(path))
                        : Optional.empty();
        return who.map(writers -> Finding.failed(
                path + " can be written by " + writers, "whoever writes it " + consequence, "run: chmod go-w " + path));
    }

    private static boolean has(Path path, PosixFilePermission permission) {
        try {
            return Files.getPosixFilePermissions(path).contains(permission);
        } catch (IOException e) {
            return false;
        }
    }

    private static String group(Path path) {
        try {
            return String.valueOf(Files.getAttribute(path, "posix:group"));
        } catch (IOException e) {
            return "root";
        }
    }
}
