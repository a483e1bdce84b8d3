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
 * Hides this host's git configuration and environment from JGit: they could redirect it, and to find the system's
 * configuration JGit runs {@code git}.
 */
final class Isolation extends SystemReader.Delegate {

    /** The resolution that JGit assumes for file times; no file system has a coarser one. */
    static final Duration TIMESTAMPS = Duration.ofSeconds(2);

    private static final int UMASK = 0077;

    private Isolation(SystemReader host) {
        super(host);
    }

    /** Global to JGit, which only this plugin uses. */
    static synchronized void ensure() {
        if (!(SystemReader.getInstance() instanceof Isolation)) {
            SystemReader.setInstance(new Isolation(SystemReader.getInstance()));
            if (FS.DETECTED instanceof FS_POSIX posix) {
                // JGit would run a shell to find the umask.
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
        return new EmptyConfig(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
        return new EmptyConfig(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
        return new EmptyConfig(parent, fs);
    }

    /** A configuration file that does not exist and is never created. */
    private static final class EmptyConfig extends FileBasedConfig {

        EmptyConfig(@Nullable Config parent, FS fs) {
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

        /** JGit would measure the resolution of file times for seconds and save it in the user's home. */
        @Override
        public long getTimeUnit(
                String section, @Nullable String subsection, String name, long otherwise, TimeUnit unit) {
            return section.equals("filesystem")
                    ? unit.convert(TIMESTAMPS.toNanos(), TimeUnit.NANOSECONDS)
                    : super.getTimeUnit(section, subsection, name, otherwise, unit);
        }
    }
}
