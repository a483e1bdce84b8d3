package io.ipipou.source.git;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.eclipse.jgit.util.FileUtils;

/** A bare repository on this host's disk with what was fetched. It can be deleted at any time. */
final class Cache {

    private static final String OWNER_ONLY = "rwx------";

    private final Path directory;
    private final Limits limits;

    Cache(Path directory, Limits limits) {
        this.directory = directory;
        this.limits = limits;
    }

    /** Whether an earlier fetch left a repository. */
    boolean exists() {
        return Files.exists(repository().resolve("HEAD"));
    }

    /** Opens the repository; creates it if it does not exist, or has more packs than the limit. */
    LimitedRepository open() throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(OWNER_ONLY));
        if (packs() > limits.packs()) {
            discard();
        }
        LimitedRepository opened = new LimitedRepository(repository().toFile(), limits);
        if (!exists()) {
            try {
                discard();
                opened.create(true);
            } catch (IOException | RuntimeException e) {
                opened.close();
                throw e;
            }
        }
        return opened;
    }

    private int packs() throws IOException {
        Path packs = repository().resolve("objects/pack");
        if (!Files.isDirectory(packs)) {
            return 0;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(packs, "*.pack")) {
            int count = 0;
            for (Path ignored : files) {
                count++;
            }
            return count;
        }
    }

    void discard() throws IOException {
        FileUtils.delete(repository().toFile(), FileUtils.RECURSIVE | FileUtils.SKIP_MISSING);
    }

    private Path repository() {
        return directory.resolve("repository.git");
    }

    @Override
    public String toString() {
        return repository().toString();
    }
}
