package io.ipipou.agent.packet;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** The kernel's list of the NFQUEUEs that programs are bound to. Only root can read it. */
public record QueueTable(Path path) {

    /** The queues of the calling thread's network namespace. */
    public static final QueueTable KERNEL = new QueueTable(Path.of("/proc/thread-self/net/netfilter/nfnetlink_queue"));

    /** Number, netlink port, waiting packets, copy mode, copy range, packets dropped by the kernel and for the program. */
    private static final Pattern ROW = Pattern.compile(
            "^ *([0-9]{1,5}) +(-?[0-9]{1,10}) +([0-9]+) +[0-9]+ +[0-9]+ +([0-9]+) +([0-9]+) ", Pattern.MULTILINE);

    /**
     * A queue that a program is bound to.
     *
     * @param port the program's netlink port
     * @param waiting packets that have no verdict yet
     * @param dropped packets since the program bound to it, because the queue or the program's socket was full
     */
    public record Row(long port, long waiting, long dropped) {

        /** The port of a program's first netlink socket is its process id; those of further ones are arbitrary. */
        public String holder() {
            return ProcessHandle.of(port)
                    .flatMap(process -> process.info().command())
                    .map(command -> "process " + port + " (" + command + ")")
                    .orElse("another program (netlink port " + port + ")");
        }
    }

    /** The queue with this number; empty if no program is bound to it, or the list cannot be read. */
    public Optional<Row> row(int number) {
        try {
            return ROW.matcher(Files.readString(path))
                    .results()
                    .filter(row -> row.group(1).equals(Integer.toString(number)))
                    .map(row -> new Row(
                            Long.parseLong(row.group(2)),
                            Long.parseLong(row.group(3)),
                            Long.parseLong(row.group(4)) + Long.parseLong(row.group(5))))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Why binding to a queue failed. The kernel's errno is EPERM both without permission and if another program is bound.
     *
     * @param ack the kernel's reply
     */
    BackendException refusal(int number, Ack ack) {
        String operation = "binding to NFQUEUE number " + number;
        Optional<Row> bound = ack.is(Errno.EPERM, Errno.EBUSY) ? row(number) : Optional.empty();
        return bound.map(row -> new BackendException(
                        operation + ", which " + row.holder()
                                + " uses: stop that program, or set settings.queue to another number",
                        Refusal.of(Errno.EBUSY.number())))
                .orElseGet(() -> new BackendException(operation, ack.refusal()));
    }
}
