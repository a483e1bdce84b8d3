package io.ipipou.agent.packet;

import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.netlink.socket.RawSocket;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.LinkName;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Sends datagrams from any local address and port, those that FOU holds included, in the network namespace that the
 * opening thread was in. For any number of threads; never blocks.
 */
public final class PacketSender implements AutoCloseable {

    private final RawSocket socket;

    private PacketSender(RawSocket socket) {
        this.socket = socket;
    }

    /** @throws BackendException without CAP_NET_RAW */
    public static PacketSender open() throws BackendException {
        try {
            return new PacketSender(RawSocket.open());
        } catch (ErrnoException e) {
            throw e.during("opening a raw socket, which proofs are sent from");
        }
    }

    /** Sends with the namespace's default TTL, to where the routes lead. */
    public void send(Datagram datagram) throws ErrnoException {
        send(datagram, Optional.empty(), OptionalInt.empty());
    }

    /**
     * Sends one datagram with a UDP checksum of 0, unfragmented.
     *
     * @param device the device to leave by, empty to let the routes choose
     * @param ttl 1..255, empty for net.ipv4.ip_default_ttl
     * @throws ErrnoException if the kernel refuses: ENETUNREACH or EHOSTUNREACH without a route, EPERM by a packet filter,
     *     ENOBUFS or EAGAIN if there is no room to send, EMSGSIZE if it is longer than the MTU, EADDRNOTAVAIL if the source
     *     is no address of this host, ENODEV if there is no such device, EBADF after {@link #close}, and whatever else
     */
    public synchronized void send(Datagram datagram, Optional<LinkName> device, OptionalInt ttl) throws ErrnoException {
        byte[] packet = datagram.encode(ttl.isPresent() ? ttl.getAsInt() : socket.defaultTtl());
        socket.send(
                ByteBuffer.allocateDirect(packet.length).put(packet).flip(),
                datagram.source().address(),
                datagram.destination().address(),
                device);
    }

    @Override
    public synchronized void close() {
        socket.close();
    }
}
