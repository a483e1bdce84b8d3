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
record QueueTable(Path path) {

    /** The queues of the calling thread's network namespace. */
    static final QueueTable KERNEL = new QueueTable(Path.of("/proc/thread-self/net/netfilter/nfnetlink_queue"));

    /** A queue's number, and the netlink port of the program that is bound to it. */
    private static final Pattern ROW = Pattern.compile("^ *([0-9]{1,5}) +(-?[0-9]{1,10}) ", Pattern.MULTILINE);

    /** The netlink port of the program that is bound to the queue; empty if there is none, or the list cannot be read. */
    Optional<Long> holder(int number) {
        try {
            return ROW.matcher(Files.readString(path))
                    .results()
                    .filter(row -> row.group(1).equals(Integer.toString(number)))
                    .map(row -> Long.parseLong(row.group(2)))
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
        Optional<Long> holder = ack.is(Errno.EPERM, Errno.EBUSY) ? holder(number) : Optional.empty();
        return holder.map(port -> new BackendException(
                        operation + ", which " + describe(port)
                                + " uses: stop that program, or set settings.queue to another number",
                        Refusal.of(Errno.EBUSY.number())))
                .orElseGet(() -> new BackendException(operation, ack.refusal()));
    }

    /** The port of a program's first netlink socket is its process id; those of further ones are arbitrary. */
    private static String describe(long port) {
        return ProcessHandle.of(port)
                .flatMap(process -> process.info().command())
                .map(command -> "process " + port + " (" + command + ")")
                .orElse("another program (netlink port " + port + ")");
    }
}
