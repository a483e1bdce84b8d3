package io.ipipou.source.git;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** A bare repository on this host's disk, with what was fetched. All of it can be had again. */
final class Cache {

    private final Path directory;
    private final Limits limits;

    Cache(Path directory, Limits limits) {
        this.directory = directory;
        this.limits = limits;
    }

    /** Whether something of an earlier fetch is there. */
    boolean exists() {
        return Files.exists(repository().resolve("HEAD"));
    }

    /** Opens the repository, and makes it where there is none. */
    LimitedRepository open() throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
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

    /** Throws everything away. */
    void discard() throws IOException {
        if (!Files.exists(repository())) {
            return;
        }
        Files.walkFileTree(repository(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException problem) throws IOException {
                if (problem != null) {
                    throw problem;
                }
                Files.delete(emptied);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private Path repository() {
        return directory.resolve("repository.git");
    }

    @Override
    public String toString() {
        return repository().toString();
    }
}
