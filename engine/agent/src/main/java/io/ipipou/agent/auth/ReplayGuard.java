package io.ipipou.agent.auth;

import io.ipipou.spi.auth.ReplayStamp;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
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
 * Accepts each proof once. It knows a proof by its {@link ReplayStamp}, and keeps stamps in a file that only root reads, a line
 * each, written before a proof counts: a restart or a crash of the agent forgets nothing. What is too old to be accepted
 * is forgotten, but never a time that was: what is not newer than anything forgotten of its key is refused, so that a
 * clock that jumps and comes back opens no door. Safe for use by several threads.
 */
public final class ReplayGuard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayGuard.class);

    /** Lines in the file beyond those that still matter before it is written anew. */
    private static final int SLACK = 2000;

    /** What is known of one key's proofs: those that were accepted, but for those up to a time. */
    private static final class Known {
        Instant floor = Instant.MIN;
        final Set<ReplayStamp> accepted = new HashSet<>();

        Optional<Instant> latest() {
            return accepted.stream().map(ReplayStamp::time).max(Instant::compareTo);
        }

        void forget(Set<ReplayStamp> old) {
            accepted.removeAll(old);
            old.stream().map(ReplayStamp::time).filter(floor::isBefore).forEach(time -> floor = max(floor, time));
        }

        private static Instant max(Instant one, Instant other) {
            return one.isBefore(other) ? other : one;
        }
    }

    private final Path file;
    private final Map<String, Known> keys = new HashMap<>();
    private FileChannel channel;
    private int lines;

    private ReplayGuard(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            Files.readAllLines(file, StandardCharsets.UTF_8).forEach(this::load);
        }
        channel = rewrite();
    }

    /**
     * Reads what earlier agents accepted.
     *
     * @param directory where the file {@code replay} is; made where it is missing
     * @throws IOException if it cannot be read or written
     */
    public static ReplayGuard open(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new ReplayGuard(directory.resolve("replay"));
    }

    /**
     * Whether nothing like it was accepted before; it is from now on.
     *
     * @param window how far a proof's time may be from now; zero when any time will do, and then a key's times have to rise
     * @throws IOException if it cannot be written down, and then it must not be accepted
     */
    public synchronized boolean isFirst(ReplayStamp stamp, Duration window, Instant now) throws IOException {
        Known known = keys.computeIfAbsent(stamp.key(), key -> new Known());
        boolean rises = !window.isZero()
                || known.latest().map(latest -> !stamp.time().isBefore(latest)).orElse(true);
        if (!rises || !stamp.time().isAfter(known.floor) || known.accepted.contains(stamp)) {
            return false;
        }
        append(line(stamp));
        known.accepted.add(stamp);
        Instant horizon = window.isZero() ? stamp.time() : now.minus(window);
        Set<ReplayStamp> old = new HashSet<>(known.accepted);
        old.removeIf(other -> !other.time().isBefore(horizon));
        known.forget(old);
        return true;
    }

    private void append(String line) throws IOException {
        if (lines
                > SLACK
                        + 2
                                * keys.values().stream()
                                        .mapToInt(known -> known.accepted.size() + 1)
                                        .sum()) {
            channel.close();
            channel = rewrite();
        }
        write(channel, line);
        lines++;
    }

    /** In one rename, so that the old file or the new one is there whenever a run dies. */
    private FileChannel rewrite() throws IOException {
        List<String> all = new ArrayList<>();
        keys.forEach((key, known) -> {
            if (known.floor.isAfter(Instant.MIN)) {
                all.add("floor " + word(key) + " " + known.floor);
            }
            known.accepted.forEach(stamp -> all.add(line(stamp)));
        });
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        FileChannel written = FileChannel.open(fresh, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        for (String line : all) {
            write(written, line);
        }
        written.force(true);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        lines = all.size();
        return written;
    }

    private static void write(FileChannel channel, String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static String line(ReplayStamp stamp) {
        return "used " + word(stamp.key()) + " " + stamp.time() + " " + word(stamp.nonce());
    }

    /** The last line may be torn: then its proof was not accepted. */
    private void load(String line) {
        String[] words = line.split(" ", 4);
        try {
            if (words.length == 4 && words[0].equals("used")) {
                String key = text(words[1]);
                known(key).accepted.add(new ReplayStamp(key, Instant.parse(words[2]), text(words[3])));
            } else if (words.length == 3 && words[0].equals("floor")) {
                known(text(words[1])).floor = Instant.parse(words[2]);
            } else {
                LOG.warn("{}: ignored a line that is not of ours", file);
            }
        } catch (DateTimeException | IllegalArgumentException e) {
            LOG.warn("{}: ignored a line that is not of ours", file);
        }
    }

    /** Without white space, whatever a plugin calls its keys. */
    private static String word(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String text(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }

    private Known known(String key) {
        return keys.computeIfAbsent(key, k -> new Known());
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
