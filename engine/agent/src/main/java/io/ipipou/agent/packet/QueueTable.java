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
 * The kernel's list of the queues of the network namespace that the opening thread was in. Root alone may read it; to
 * anyone else, who cannot take a queue either, it is empty. Once closed, it is empty too. For any number of threads.
 */
final class QueueTable implements AutoCloseable {

    private static final String PATH = "/proc/thread-self/net/netfilter/nfnetlink_queue";

    /** Many more queues than any host has. */
    private static final int MOST_BYTES = 1 << 20;

    /**
     * A queue.
     *
     * @param holder the netlink port of the program that has it
     * @param dropped packets that found too many waiting, modulo 2^32
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

    /** @return empty when nobody has the queue, or the table cannot be read */
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
            byte[] bytes = new byte[MOST_BYTES];
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
     * Why a queue could not be taken. The kernel says EPERM both to who may not and to who comes second.
     *
     * @param ack what it said
     */
    BackendException refusal(int number, Ack ack) {
        String what = "taking NFQUEUE number " + number;
        Optional<Row> taken = ack.is(Errno.EPERM, Errno.EBUSY) ? find(number) : Optional.empty();
        return taken.map(row -> new BackendException(
                        what + ", which " + describe(row.holder())
                                + " has: stop that program, or give another number (settings.queue) and apply",
                        Refusal.of(Errno.EBUSY.number())))
                .orElseGet(() -> new BackendException(what, ack.refusal()));
    }

    /** A program's first netlink socket has the number of its process; further ones have numbers that tell nothing. */
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
