package io.ipipou.agent.packet;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The kernel's list of the NFQUEUEs of the network namespace of the thread that opens it. Only root can read it; for other
 * users, who cannot bind to a queue either, it is empty, as it is after {@link #close}. Thread-safe.
 */
final class QueueTable implements AutoCloseable {

    private static final String PATH = "/proc/thread-self/net/netfilter/nfnetlink_queue";

    /** Room for many more queues than any host has. */
    private static final int MAX_BYTES = 1 << 20;

    /**
     * A queue.
     *
     * @param holder the netlink port of the program that is bound to it
     * @param dropped packets that arrived while too many were waiting, modulo 2^32
     * @param undelivered packets that did not fit the holder's receive buffer, modulo 2^32
     */
    record Row(int number, long holder, long dropped, long undelivered) {}

    private final Optional<RandomAccessFile> file;

    private QueueTable(Optional<RandomAccessFile> file) {
        this.file = file;
    }

    static QueueTable open() {
        return open(PATH);
    }

    static QueueTable open(String path) {
        try {
            return new QueueTable(Optional.of(new RandomAccessFile(path, "r")));
        } catch (IOException e) {
            return new QueueTable(Optional.empty());
        }
    }

    /** @return empty if no program is bound to the queue, or the table cannot be read */
    synchronized Optional<Row> find(int number) {
        return file.flatMap(open -> read(open)
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length >= 7 && Arrays.stream(fields).allMatch(f -> f.matches("-?[0-9]{1,10}")))
                .map(fields -> Arrays.stream(fields).mapToLong(Long::parseLong).toArray())
                .filter(fields -> fields[0] == number)
                .map(fields -> new Row(number, fields[1], fields[5], fields[6]))
                .findFirst());
    }

    private static String read(RandomAccessFile file) {
        try {
            file.seek(0);
            byte[] bytes = new byte[MAX_BYTES];
            int length = 0;
            for (int more = 0; more >= 0 && length < bytes.length; length += Math.max(more, 0)) {
                more = file.read(bytes, length, bytes.length - length);
            }
            return new String(bytes, 0, length, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Why binding to a queue failed. The kernel's errno is EPERM both without permission and if another program is bound.
     *
     * @param ack the kernel's reply
     */
    BackendException refusal(int number, Ack ack) {
        String what = "binding to NFQUEUE number " + number;
        Optional<Row> taken = ack.is(Errno.EPERM, Errno.EBUSY) ? find(number) : Optional.empty();
        return taken.map(row -> new BackendException(
                        what + ", which " + describe(row.holder())
                                + " uses: stop that program, or set settings.queue to another number",
                        Refusal.of(Errno.EBUSY.number())))
                .orElseGet(() -> new BackendException(what, ack.refusal()));
    }

    /** The port of a program's first netlink socket is its process id; those of further ones are arbitrary. */
    private static String describe(long port) {
        return ProcessHandle.of(port)
                .flatMap(process -> process.info().command())
                .map(command -> "process " + port + " (" + command + ")")
                .orElse("another program (netlink port " + port + ")");
    }

    @Override
    public synchronized void close() {
        if (file.isPresent()) {
            try {
                file.orElseThrow().close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
