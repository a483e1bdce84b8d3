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
 * Receives the packets that an nftables rule {@code queue num N} queues (linux/netfilter/nfnetlink_queue.h), in the network
 * namespace of the thread that opens it. While no program is bound to the queue, the kernel drops them. One thread receives
 * and drops; {@link #close} and {@link #overruns} are for any.
 */
public final class PacketQueue implements AutoCloseable {

    /** The most packets in a batch. */
    static final int BATCH_PACKETS = 256;

    /** Packets that may wait: two seconds at the gate's rate limit. Small ones all fit the receive buffer. */
    private static final int WAITING_PACKETS = 4096;
    /** Room for the attributes besides the packet itself, which take some 200 bytes. */
    private static final int MESSAGE_BYTES = 4096;

    private final NetlinkSocket socket;
    private final ReadinessWaiter waiter;
    private final int number;
    private final NetlinkSubscription subscription;
    private final MessageWriter writer = new MessageWriter(64);
    private boolean closed;

    private PacketQueue(NetlinkSocket socket, ReadinessWaiter waiter, int number, int bytes) {
        this.socket = socket;
        this.waiter = waiter;
        this.number = number;
        this.subscription = new NetlinkSubscription(socket, bytes + MESSAGE_BYTES);
    }

    /**
     * Binds to a queue, for packets of any length.
     *
     * @param number 0..65535
     * @throws BackendException without CAP_NET_ADMIN; if another program is bound to the queue; if the kernel lacks NFQUEUE
     */
    public static PacketQueue open(int number) throws BackendException {
        return open(number, Payload.MAX_LENGTH);
    }

    /**
     * Binds to a queue.
     *
     * @param number 0..65535
     * @param maxPayload the longest payload of interest, 0..{@link Payload#MAX_LENGTH} bytes; longer ones are not copied, which
     *     saves memory and time, and arrive as packets without a datagram
     * @throws BackendException as {@link #open(int)}
     */
    public static PacketQueue open(int number, int maxPayload) throws BackendException {
        try {
            KernelSocket socket = KernelSocket.openSubscription(KernelSocket.NETLINK_NETFILTER);
            Poller poller;
            try {
                poller = Poller.open(List.of(socket));
            } catch (ErrnoException e) {
                socket.close();
                throw e;
            }
            return open(socket, poller, QueueTable.KERNEL, number, maxPayload);
        } catch (ErrnoException e) {
            throw e.during("opening NFQUEUE number " + number);
        }
    }

    /** Binds to a queue; the socket and the waiter are closed with it, or at once if that fails. */
    static PacketQueue open(NetlinkSocket socket, ReadinessWaiter waiter, QueueTable table, int number, int maxPayload)
            throws BackendException {
        int bytes = Datagram.HEADERS_LENGTH + maxPayload;
        PacketQueue queue = new PacketQueue(socket, waiter, number, bytes);
        try {
            queue.bind(bytes, table);
            return queue;
        } catch (BackendException e) {
            queue.close();
            throw e;
        }
    }

    private void bind(int bytes, QueueTable table) throws BackendException {
        // Closing it would close the socket.
        @SuppressWarnings("resource")
        NetlinkConnection connection = new NetlinkConnection(socket);
        Ack bound = connection.write(List.of(QueueMessages.bind(number))).get(0);
        if (bound.refused()) {
            throw table.refusal(number, bound);
        }
        Ack configured = connection
                .write(List.of(QueueMessages.configure(number, WAITING_PACKETS, bytes)))
                .get(0);
        if (configured.refused()) {
            throw new BackendException("configuring NFQUEUE number " + number, configured.refusal());
        }
    }

    /**
     * Waits for packets and receives those that have arrived, at most {@value #BATCH_PACKETS}. They stay in the kernel until
     * they are dropped.
     *
     * @return empty once closed
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
            throw new BackendException("cannot decode a message of NFQUEUE number " + number, e);
        } catch (ErrnoException e) {
            throw e.during("receiving from NFQUEUE number " + number);
        }
    }

    /** @return false if nothing had arrived */
    private boolean receiveInto(List<QueuedPacket> packets) throws ErrnoException, CodecException {
        Optional<List<NetlinkMessage>> messages = subscription.next();
        for (NetlinkMessage message : messages.orElse(List.of())) {
            if (message.type() == QueueMessages.NFQNL_MSG_PACKET) {
                packets.add(QueueMessages.packet(message.payload()));
            } else if (message.type() == Nlmsg.NLMSG_ERROR) {
                check(Ack.decode(message));
            }
        }
        return messages.isPresent();
    }

    /** ENOENT: packets whose device or rule was deleted are gone before their verdict. */
    private static void check(Ack verdict) throws ErrnoException {
        if (verdict.refused() && !verdict.is(Errno.ENOENT)) {
            throw new ErrnoException("a verdict", verdict.errno());
        }
    }

    /** Drops the packets of a batch and all before them. */
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

    /** How often the kernel dropped packets, one or many, that did not fit the receive buffer. */
    public long overruns() {
        return subscription.overruns();
    }

    /**
     * Unbinds; the kernel drops the waiting packets. A thread that waits in {@link #receive} returns empty.
     */
    @Override
    public void close() {
        waiter.stop();
        synchronized (this) {
            if (!closed) {
                closed = true;
                waiter.close();
                socket.close();
            }
        }
    }
}
