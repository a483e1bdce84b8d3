package io.ipipou.source.git;

import java.io.File;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.FS_POSIX;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * What JGit sees of this host: no git configuration of a user or of the system, which could send it elsewhere, and no
 * environment. It would also run {@code git} to look for the system's file.
 */
final class Isolation extends SystemReader.Delegate {

    /** How coarse the times of files may be: no file system has coarser ones. */
    static final Duration TIMESTAMPS = Duration.ofSeconds(2);

    private static final int UMASK = 0077;

    private Isolation(SystemReader host) {
        super(host);
    }

    /** JGit has one reader for all of it; this plugin is alone in using JGit. */
    static synchronized void ensure() {
        if (!(SystemReader.getInstance() instanceof Isolation)) {
            SystemReader.setInstance(new Isolation(SystemReader.getInstance()));
            if (FS.DETECTED instanceof FS_POSIX posix) {
                // It would run a shell to ask; the cache is for its owner alone.
                posix.setUmask(UMASK);
            }
        }
    }

    @Override
    public @Nullable String getenv(String variable) {
        return null;
    }

    @Override
    public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    /** A configuration file that is never there, and never made. */
    private static final class Nothing extends FileBasedConfig {

        Nothing(@Nullable Config parent, FS fs) {
            super(parent, new File("/dev/null"), fs);
        }

        @Override
        public void load() {}

        @Override
        public void save() {}

        @Override
        public boolean isOutdated() {
            return false;
        }

        /** JGit would measure it in every directory, for seconds, and write the result into the user's home. */
        @Override
        public long getTimeUnit(
                String section, @Nullable String subsection, String name, long otherwise, TimeUnit unit) {
            return section.equals("filesystem")
                    ? unit.convert(TIMESTAMPS.toNanos(), TimeUnit.NANOSECONDS)
                    : super.getTimeUnit(section, subsection, name, otherwise, unit);
        }
    }
}
