package io.ipipou.source.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.eclipse.jgit.util.FileUtils;

/** A bare repository on this host's disk with what was fetched. It can be deleted at any time. */
record Cache(Path directory, Limits limits) {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /** Whether an earlier fetch left a repository. */
    boolean exists() {
        return Files.exists(repository().resolve("HEAD"));
    }

    /** Opens the repository; creates it if it does not exist, or has more packs than the limit. */
    LimitedRepository open() throws IOException {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.setPosixFilePermissions(directory, OWNER_ONLY);
        if (!exists() || packs() > limits.packs()) {
            discard();
            try (LimitedRepository created = new LimitedRepository(repository().toFile(), limits)) {
                created.create(true);
            }
        }
        return new LimitedRepository(repository().toFile(), limits);
    }

    private int packs() {
        String[] packs = repository().resolve("objects/pack").toFile().list((parent, name) -> name.endsWith(".pack"));
        return packs == null ? 0 : packs.length;
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
