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
 * Keeps two writers apart. The lock is the kernel's, on an open file, so that it goes with its holder however that
 * ends; the file itself stays and names the last holder.
 */
public final class HostLock implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(50);

    private final FileChannel channel;

    private HostLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock {@code lock} in the directory, which is made where it is missing.
     *
     * @return empty when another holds it
     * @throws IOException if the file cannot be made or locked
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
            // Held within this process, which is as good a holder as any.
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return Optional.empty();
    }

    /**
     * As {@link #tryAcquire}, again and again while another holds it.
     *
     * @param patience how long
     */
    public static Optional<HostLock> acquire(Path directory, Duration patience) throws IOException {
        long start = System.nanoTime();
        Optional<HostLock> lock = tryAcquire(directory);
        while (lock.isEmpty() && System.nanoTime() - start < patience.toNanos()) {
            LockSupport.parkNanos(INTERVAL.toNanos());
            lock = tryAcquire(directory);
        }
        return lock;
    }

    /** The process that last took the lock of the directory; empty where that cannot be read. */
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
