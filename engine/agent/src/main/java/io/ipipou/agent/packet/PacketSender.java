package io.ipipou.agent.packet;

import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.netlink.socket.RawSocket;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.LinkName;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Sends datagrams from any local address and port, including those that FOU uses, in the network namespace of the thread
 * that opens it. Never blocks. Thread-safe.
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
            throw e.during("opening a raw socket for authentication packets");
        }
    }

    /** Sends with the namespace's default TTL, as the routes say. */
    public void send(Datagram datagram) throws ErrnoException {
        send(datagram, Optional.empty(), OptionalInt.empty());
    }

    /**
     * Sends one datagram with a UDP checksum of 0, unfragmented.
     *
     * @param device the device to send through; empty to follow the routes
     * @param ttl 1..255; empty for net.ipv4.ip_default_ttl
     * @throws ErrnoException ENETUNREACH or EHOSTUNREACH without a route, EPERM from a packet filter, ENOBUFS or EAGAIN if
     *     the send buffer is full, EMSGSIZE if it is longer than the MTU, EADDRNOTAVAIL if the source is no address of this
     *     host, ENODEV without such a device, EBADF after {@link #close}, and others
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
