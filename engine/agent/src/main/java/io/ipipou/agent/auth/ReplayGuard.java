package io.ipipou.agent.auth;

import io.ipipou.core.disk.DurableFile;
import io.ipipou.spi.auth.ReplayStamp;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts each authentication packet once. Packets are identified by their {@link ReplayStamp}; accepted stamps are
 * appended to a file that only root can read before the packet counts, so that neither a restart nor a crash of the agent
 * allows a replay. Stamps too old to be accepted are dropped, but the time of the newest one dropped is kept for each key,
 * and nothing older is accepted: a clock that jumps ahead and back allows no replay either. Thread-safe.
 */
public final class ReplayGuard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayGuard.class);

    /** The file is rewritten when it has this many lines more than twice the number needed. */
    private static final int SLACK = 2000;

    /** The accepted stamps of one key; those up to the floor were dropped. */
    private static final class Accepted {
        Instant floor = Instant.MIN;
        final Set<ReplayStamp> stamps = new HashSet<>();

        Optional<Instant> latest() {
            return stamps.stream().map(ReplayStamp::time).max(Instant::compareTo);
        }

        void dropBefore(Instant horizon) {
            stamps.stream()
                    .map(ReplayStamp::time)
                    .filter(time -> time.isBefore(horizon) && time.isAfter(floor))
                    .max(Instant::compareTo)
                    .ifPresent(newest -> floor = newest);
            stamps.removeIf(stamp -> stamp.time().isBefore(horizon));
        }
    }

    private final Path file;
    private final FileChannel lock;
    private final Map<String, Accepted> keys = new HashMap<>();
    private FileChannel channel;
    private int lines;

    private ReplayGuard(Path file, FileChannel lock) throws IOException {
        this.file = file;
        this.lock = lock;
        if (Files.exists(file)) {
            Files.readAllLines(file, StandardCharsets.UTF_8).forEach(this::load);
        }
        channel = rewrite();
    }

    /**
     * Reads what earlier agents accepted. The file belongs to this process until the guard is closed.
     *
     * @param directory of the file {@code replay}; created if it is missing
     * @throws IOException if it cannot be read or written, or another process uses it
     */
    public static ReplayGuard open(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel lock = lock(directory);
        try {
            return new ReplayGuard(directory.resolve("replay"), lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** A lock of its own: a process that replaced the file under another would undo what that records. */
    private static FileChannel lock(Path directory) throws IOException {
        FileChannel file =
                FileChannel.open(directory.resolve("replay.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (file.tryLock() != null) {
                return file;
            }
        } catch (OverlappingFileLockException e) {
            // This process already holds it.
        }
        file.close();
        throw new IOException("another agent uses " + directory + " (stop it, or wait until it has started)");
    }

    /**
     * Accepts a stamp unless it was accepted before, or may have been.
     *
     * @param maxClockSkew how far a packet's time may be from now; zero for any, and then the times of a key must not
     *     decrease
     * @return false for a replay
     * @throws IOException if it cannot be recorded; the packet must not be accepted then
     */
    public synchronized boolean acceptOnce(ReplayStamp stamp, Duration maxClockSkew, Instant now) throws IOException {
        Accepted accepted = accepted(stamp.key());
        boolean inOrder = !maxClockSkew.isZero()
                || accepted.latest()
                        .map(latest -> !stamp.time().isBefore(latest))
                        .orElse(true);
        if (!inOrder || !stamp.time().isAfter(accepted.floor) || accepted.stamps.contains(stamp)) {
            return false;
        }
        append(line(stamp));
        accepted.stamps.add(stamp);
        accepted.dropBefore(maxClockSkew.isZero() ? stamp.time() : now.minus(maxClockSkew));
        return true;
    }

    /**
     * Forgets which stamps of these keys were accepted.
     *
     * @return whether there were any
     * @throws IOException if that cannot be recorded; it may be forgotten until the agent restarts, or for good
     */
    public synchronized boolean forget(Set<String> forgotten) throws IOException {
        if (!keys.keySet().removeAll(forgotten)) {
            return false;
        }
        channel.close();
        channel = rewrite();
        return true;
    }

    /**
     * Why a stamp is a replay.
     *
     * @return when the newest accepted packet of its key was made; empty if the stamp itself is known to have been accepted
     */
    public synchronized Optional<Instant> newerThan(ReplayStamp stamp) {
        Accepted accepted = accepted(stamp.key());
        return accepted.stamps.contains(stamp)
                ? Optional.empty()
                : Optional.of(accepted.latest().orElse(accepted.floor));
    }

    private Accepted accepted(String key) {
        return keys.computeIfAbsent(key, k -> new Accepted());
    }

    private void append(String line) throws IOException {
        int needed = keys.values().stream()
                .mapToInt(accepted -> accepted.stamps.size() + 1)
                .sum();
        if (lines > SLACK + 2 * needed) {
            channel.close();
            channel = rewrite();
        }
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        lines++;
    }

    /** Replaces the file atomically, and opens it for appending. */
    private FileChannel rewrite() throws IOException {
        List<String> all = new ArrayList<>();
        keys.forEach((key, accepted) -> {
            if (accepted.floor.isAfter(Instant.MIN)) {
                all.add("floor " + encode(key) + " " + accepted.floor + "\n");
            }
            accepted.stamps.forEach(stamp -> all.add(line(stamp)));
        });
        new DurableFile(file, step -> {}).write(String.join("", all));
        lines = all.size();
        return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    private static String line(ReplayStamp stamp) {
        return "used " + encode(stamp.key()) + " " + stamp.time() + " " + encode(stamp.nonce()) + "\n";
    }

    /** The last line may be incomplete: its packet was not accepted. */
    private void load(String line) {
        String[] words = line.split(" ", 4);
        try {
            if (words.length == 4 && words[0].equals("used")) {
                String key = decode(words[1]);
                accepted(key).stamps.add(new ReplayStamp(key, Instant.parse(words[2]), decode(words[3])));
            } else if (words.length == 3 && words[0].equals("floor")) {
                accepted(decode(words[1])).floor = Instant.parse(words[2]);
            } else {
                LOG.warn("{}: ignoring an invalid line", file);
            }
        } catch (DateTimeException | IllegalArgumentException e) {
            LOG.warn("{}: ignoring an invalid line", file);
        }
    }

    /** A plugin's keys may contain white space. */
    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decode(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void close() throws IOException {
        try (lock) {
            channel.close();
        }
    }
}
