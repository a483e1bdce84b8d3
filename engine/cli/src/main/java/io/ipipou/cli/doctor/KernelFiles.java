package io.ipipou.cli.doctor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the kernel and other programs say in files. Those of the network are of the calling thread's network namespace.
 *
 * @param root {@code /}, except in tests
 */
record KernelFiles(Path root) {

    private static final int BUFFER_BYTES = 1 << 14;

    static final KernelFiles HOST = new KernelFiles(Path.of("/"));

    Path path(String name) {
        return root.resolve(name);
    }

    /** Without white space at the ends; empty if there is no such file, or it cannot be read. */
    Optional<String> text(String name) {
        try (InputStream in = Files.newInputStream(path(name))) {
            // Not Files.readString: it reads one byte first, and a file of /proc/sys has no more for a second read.
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                out.write(buffer, 0, length);
            }
            return Optional.of(out.toString(StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    List<String> lines(String name) {
        return text(name).map(text -> text.lines().toList()).orElse(List.of());
    }

    /** The names in a directory; none if it cannot be read. */
    List<String> names(String directory) {
        try (Stream<Path> files = Files.list(path(directory))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    boolean exists(String name) {
        return Files.exists(path(name));
    }

    /** A number below {@code /proc/sys}; empty if this kernel does not have it. */
    Optional<Integer> sysctl(String name) {
        return text("proc/sys/" + name).map(Integer::valueOf);
    }

    /** The larger of a setting of all links and of one link, as the kernel uses {@code rp_filter}. */
    int maximumForLink(String link, String setting) {
        return Math.max(
                sysctl("net/ipv4/conf/all/" + setting).orElse(0),
                sysctl("net/ipv4/conf/" + link + "/" + setting).orElse(0));
    }
}
