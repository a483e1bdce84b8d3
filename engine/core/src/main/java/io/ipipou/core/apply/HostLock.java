package io.ipipou.core.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Excludes a second writer. It is the kernel's lock on an open file, which ends with its holder however that exits. The
 * file itself stays and names the last holder.
 */
public final class HostLock implements AutoCloseable {

    private static final Duration RETRY_INTERVAL = Duration.ofMillis(50);

    private final FileChannel channel;

    private HostLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks the file {@code lock} in the directory, which is created if it is missing.
     *
     * @return empty when another holds the lock
     * @throws IOException if the file cannot be created or locked
     */
    public static Optional<HostLock> tryAcquire(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel channel = FileChannel.open(
                directory.resolve("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                byte[] holder = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
                channel.truncate(0).write(ByteBuffer.wrap(holder), 0);
                return Optional.of(new HostLock(channel));
            }
        } catch (OverlappingFileLockException e) {
            // This process already holds it.
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return Optional.empty();
    }

    /**
     * As {@link #tryAcquire}, but waits while another holds the lock.
     *
     */
    public static Optional<HostLock> acquire(Path directory, Duration timeout) throws IOException {
        long start = System.nanoTime();
        Optional<HostLock> lock = tryAcquire(directory);
        while (lock.isEmpty() && System.nanoTime() - start < timeout.toNanos()) {
            LockSupport.parkNanos(RETRY_INTERVAL.toNanos());
            lock = tryAcquire(directory);
        }
        return lock;
    }

    /** The PID of the last holder of the directory's lock; empty if it cannot be read. */
    public static Optional<String> holder(Path directory) {
        try {
            return Optional.of(Files.readString(directory.resolve("lock")).strip())
                    .filter(text -> !text.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
