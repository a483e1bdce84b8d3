package io.ipipou.agent.watch;

import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.netlink.socket.KernelSocket;
import io.ipipou.netlink.socket.NetlinkSocket;
import io.ipipou.netlink.socket.NetlinkSubscription;
import io.ipipou.netlink.socket.Poller;
import io.ipipou.netlink.socket.ReadinessWaiter;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.spi.backend.BackendException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells when links, addresses, routes or nftables of a network namespace change, whoever changes them, this process
 * included. It does not tell how: read the state again. Of FOU ports the kernel notifies nobody: {@link FouPorts}. One
 * thread waits; {@link #close} is for any.
 */
public final class KernelEvents implements AutoCloseable {

    /** Twice what the kernel puts into one datagram. */
    private static final int DATAGRAM_BYTES = 64 << 10;
    /** Datagrams a socket that are taken before what they tell is passed on, so that it is even while no end is in sight. */
    static final int MOST_DATAGRAMS = 4096;

    private final List<NetlinkSocket> sockets;
    private final List<NetlinkSubscription> feeds;
    private final ReadinessWaiter waiter;
    private boolean closed;

    /** What is given is closed with it. */
    KernelEvents(List<NetlinkSocket> sockets, ReadinessWaiter waiter) {
        this.sockets = List.copyOf(sockets);
        this.feeds = sockets.stream()
                .map(socket -> new NetlinkSubscription(socket, DATAGRAM_BYTES))
                .toList();
        this.waiter = waiter;
    }

    /**
     * Listens from now on, in the network namespace of the calling thread.
     *
     * @throws BackendException without CAP_NET_ADMIN, which nftables' notifications take
     */
    public static KernelEvents open() throws BackendException {
        List<KernelSocket> sockets = new ArrayList<>();
        try {
            sockets.add(KernelSocket.openSubscription(
                    KernelSocket.NETLINK_ROUTE,
                    EventMessages.RTNLGRP_LINK,
                    EventMessages.RTNLGRP_IPV4_IFADDR,
                    EventMessages.RTNLGRP_IPV4_ROUTE));
            sockets.add(KernelSocket.openSubscription(KernelSocket.NETLINK_NETFILTER, EventMessages.NFNLGRP_NFTABLES));
            return new KernelEvents(List.copyOf(sockets), Poller.open(sockets));
        } catch (ErrnoException e) {
            sockets.forEach(KernelSocket::close);
            throw e.during("listening for changes of the kernel's state");
        }
    }

    /**
     * Waits until something has changed since the last call, or since the opening.
     *
     * @return what may have changed: all that can, where the kernel lost a notification or one is not understood; nothing
     *     once this is closed
     */
    public synchronized Set<KernelChange> await() throws BackendException {
        Set<KernelChange> changes = EnumSet.noneOf(KernelChange.class);
        try {
            while (changes.isEmpty() && !closed && waiter.await()) {
                for (NetlinkSubscription feed : feeds) {
                    read(feed, changes);
                }
            }
        } catch (ErrnoException e) {
            throw e.during("reading of changes of the kernel's state");
        }
        return changes;
    }

    private static void read(NetlinkSubscription feed, Set<KernelChange> changes) throws ErrnoException {
        long overruns = feed.overruns();
        for (int datagrams = 0; datagrams < MOST_DATAGRAMS; datagrams++) {
            try {
                Optional<List<NetlinkMessage>> messages = feed.next();
                if (messages.isEmpty()) {
                    break;
                }
                for (NetlinkMessage message : messages.orElseThrow()) {
                    changes.addAll(EventMessages.changes(message));
                }
            } catch (CodecException e) {
                changes.addAll(EnumSet.allOf(KernelChange.class));
            }
        }
        if (feed.overruns() != overruns) {
            changes.addAll(EnumSet.allOf(KernelChange.class));
        }
    }

    /** A thread that waits in {@link #await} comes back with nothing. */
    @Override
    public void close() {
        waiter.stop();
        synchronized (this) {
            if (!closed) {
                closed = true;
                waiter.close();
                sockets.forEach(NetlinkSocket::close);
            }
        }
    }
}
