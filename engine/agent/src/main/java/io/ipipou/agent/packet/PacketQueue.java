package io.ipipou.agent.packet;

import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.netlink.socket.KernelSocket;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.socket.NetlinkSocket;
import io.ipipou.netlink.socket.NetlinkSubscription;
import io.ipipou.netlink.socket.Poller;
import io.ipipou.netlink.socket.ReadinessWaiter;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The packets that an nftables rule {@code queue num N} sends here (linux/netfilter/nfnetlink_queue.h), in the network
 * namespace that the opening thread was in. While no queue of that number is open, the kernel drops them. One thread
 * receives and drops; {@link #close}, {@link #overruns} and {@link #lost} are for any.
 */
public final class PacketQueue implements AutoCloseable {

    /** Packets of a batch, at most. */
    static final int BATCH_PACKETS = 256;

    /** Packets that may wait: two seconds of what the gate lets through. Small ones all fit the receive buffer. */
    private static final int WAITING_PACKETS = 4096;
    /** Of attributes beside the packet itself; there are some 200. */
    private static final int MESSAGE_BYTES = 4096;

    private final NetlinkSocket socket;
    private final ReadinessWaiter waiter;
    private final QueueTable table;
    private final int number;
    private final NetlinkSubscription feed;
    private final MessageWriter writer = new MessageWriter(64);
    private boolean closed;

    private PacketQueue(NetlinkSocket socket, ReadinessWaiter waiter, QueueTable table, int number, int bytes) {
        this.socket = socket;
        this.waiter = waiter;
        this.table = table;
        this.number = number;
        this.feed = new NetlinkSubscription(socket, bytes + MESSAGE_BYTES);
    }

    /**
     * Takes a queue for packets of any length.
     *
     * @param number 0..65535
     * @throws BackendException without CAP_NET_ADMIN; if another program has that queue; if the kernel has no NFQUEUE
     */
    public static PacketQueue open(int number) throws BackendException {
        return open(number, Payload.MAX_LENGTH);
    }

    /**
     * Takes a queue.
     *
     * @param number 0..65535
     * @param longest the longest payload that is of interest, 0..{@link Payload#MAX_LENGTH} bytes; datagrams with a longer
     *     one come as packets that cannot be read, which spares memory and time
     * @throws BackendException as {@link #open(int)}
     */
    public static PacketQueue open(int number, int longest) throws BackendException {
        try {
            KernelSocket socket = KernelSocket.openSubscription(KernelSocket.NETLINK_NETFILTER);
            Poller poller;
            try {
                poller = Poller.open(List.of(socket));
            } catch (ErrnoException e) {
                socket.close();
                throw e;
            }
            return open(socket, poller, QueueTable.open(), number, longest);
        } catch (ErrnoException e) {
            throw e.during("opening NFQUEUE number " + number);
        }
    }

    /** Takes a queue; what is given is closed with it, or at once if that fails. */
    static PacketQueue open(NetlinkSocket socket, ReadinessWaiter waiter, QueueTable table, int number, int longest)
            throws BackendException {
        int bytes = Datagram.HEADERS_LENGTH + longest;
        PacketQueue queue = new PacketQueue(socket, waiter, table, number, bytes);
        try {
            queue.take(bytes);
            return queue;
        } catch (BackendException e) {
            queue.close();
            throw e;
        }
    }

    private void take(int bytes) throws BackendException {
        // Not closed, as that would close the socket.
        @SuppressWarnings("resource")
        NetlinkConnection conversation = new NetlinkConnection(socket);
        Ack bound = conversation.write(List.of(QueueMessages.bind(number))).get(0);
        if (bound.refused()) {
            throw table.refusal(number, bound);
        }
        Ack configured = conversation
                .write(List.of(QueueMessages.configure(number, WAITING_PACKETS, bytes)))
                .get(0);
        if (configured.refused()) {
            throw new BackendException("configuring NFQUEUE number " + number, configured.refusal());
        }
    }

    /**
     * Waits for packets and takes those that are there, {@value #BATCH_PACKETS} at most. They stay in the kernel until they
     * are dropped.
     *
     * @return empty once the queue is closed
     */
    public synchronized Optional<PacketBatch> receive() throws BackendException {
        try {
            while (!closed && waiter.await()) {
                List<QueuedPacket> packets = new ArrayList<>();
                while (packets.size() < BATCH_PACKETS && receiveInto(packets)) {}
                if (!packets.isEmpty()) {
                    return Optional.of(new PacketBatch(packets));
                }
            }
            return Optional.empty();
        } catch (CodecException e) {
            throw new BackendException("a message of NFQUEUE number " + number + " is not understood", e);
        } catch (ErrnoException e) {
            throw e.during("receiving from NFQUEUE number " + number);
        }
    }

    /** @return false when nothing was there */
    private boolean receiveInto(List<QueuedPacket> packets) throws ErrnoException, CodecException {
        Optional<List<NetlinkMessage>> messages = feed.next();
        for (NetlinkMessage message : messages.orElse(List.of())) {
            if (message.type() == QueueMessages.NFQNL_MSG_PACKET) {
                packets.add(QueueMessages.packet(message.payload()));
            } else if (message.type() == Nlmsg.NLMSG_ERROR) {
                check(Ack.decode(message));
            }
        }
        return messages.isPresent();
    }

    /** Packets whose device or rule went away are gone already when their verdict comes: ENOENT. */
    private static void check(Ack verdict) throws ErrnoException {
        if (verdict.refused() && !verdict.is(Errno.ENOENT)) {
            throw new ErrnoException("a verdict", verdict.errno());
        }
    }

    /** Drops the packets of a batch, and what came before them. */
    public synchronized void drop(PacketBatch batch) throws BackendException {
        if (closed) {
            return;
        }
        Request verdict = QueueMessages.dropUpTo(number, batch.lastId());
        writer.clear();
        writer.message(verdict.type(), verdict.flags(), 0, verdict.body());
        try {
            socket.send(writer.written());
        } catch (ErrnoException e) {
            throw e.during("a verdict on packets of NFQUEUE number " + number);
        }
    }

    /** How often the kernel had packets that did not fit the receive buffer, and dropped them; one or many each time. */
    public long overruns() {
        return feed.overruns();
    }

    /** Packets that came too fast and were dropped unseen, those of the overruns included, modulo 2^32; 0 after {@link #close}. */
    public long lost() {
        return table.find(number).map(row -> row.dropped() + row.undelivered()).orElse(0L);
    }

    /**
     * Gives the queue back; the kernel drops what waits in it. A thread that waits in {@link #receive} comes back empty-handed.
     */
    @Override
    public void close() {
        waiter.stop();
        synchronized (this) {
            if (!closed) {
                closed = true;
                waiter.close();
                table.close();
                socket.close();
            }
        }
    }
}
