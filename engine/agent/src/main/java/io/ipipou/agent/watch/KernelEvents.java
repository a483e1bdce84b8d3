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
 * Waits for notifications that links, addresses, routes, routing rules or nftables of a network namespace changed, including changes
 * by this process. They say what kind of object changed, not how. There are none for FOU ports: {@link FouPorts}. One
 * thread waits; {@link #close} is for any.
 */
public final class KernelEvents implements AutoCloseable {

    /** Twice the size of the kernel's largest notification datagram. */
    private static final int DATAGRAM_BYTES = 64 << 10;
    /** Datagrams read from a socket before the changes are returned, so that an endless stream delays them only so long. */
    static final int MAX_DATAGRAMS = 4096;

    private final List<NetlinkSocket> sockets;
    private final List<NetlinkSubscription> subscriptions;
    private final ReadinessWaiter waiter;
    private boolean closed;

    /** @param sockets are closed with this, as is the waiter */
    KernelEvents(List<NetlinkSocket> sockets, ReadinessWaiter waiter) {
        this.sockets = List.copyOf(sockets);
        this.subscriptions = sockets.stream()
                .map(socket -> new NetlinkSubscription(socket, DATAGRAM_BYTES))
                .toList();
        this.waiter = waiter;
    }

    /**
     * Subscribes to the notifications of the calling thread's network namespace.
     *
     * @throws BackendException without CAP_NET_ADMIN, which nftables' notifications require
     */
    public static KernelEvents open() throws BackendException {
        List<KernelSocket> sockets = new ArrayList<>();
        try {
            sockets.add(KernelSocket.openSubscription(
                    KernelSocket.NETLINK_ROUTE,
                    ChangeMessages.RTNLGRP_LINK,
                    ChangeMessages.RTNLGRP_IPV4_IFADDR,
                    ChangeMessages.RTNLGRP_IPV4_ROUTE,
                    ChangeMessages.RTNLGRP_IPV4_RULE));
            sockets.add(KernelSocket.openSubscription(KernelSocket.NETLINK_NETFILTER, ChangeMessages.NFNLGRP_NFTABLES));
            return new KernelEvents(List.copyOf(sockets), Poller.open(sockets));
        } catch (ErrnoException e) {
            sockets.forEach(KernelSocket::close);
            throw e.during("subscribing to kernel notifications");
        }
    }

    /**
     * Waits for a change since the last call, or since {@link #open}.
     *
     * @return what may have changed: everything, if a notification was lost or cannot be decoded; empty once closed
     */
    public synchronized Set<KernelChange> await() throws BackendException {
        Set<KernelChange> changes = EnumSet.noneOf(KernelChange.class);
        try {
            while (changes.isEmpty() && !closed && waiter.await()) {
                for (NetlinkSubscription subscription : subscriptions) {
                    read(subscription, changes);
                }
            }
        } catch (ErrnoException e) {
            throw e.during("reading kernel notifications");
        }
        return changes;
    }

    private static void read(NetlinkSubscription subscription, Set<KernelChange> changes) throws ErrnoException {
        long overruns = subscription.overruns();
        for (int datagrams = 0; datagrams < MAX_DATAGRAMS; datagrams++) {
            try {
                Optional<List<NetlinkMessage>> messages = subscription.next();
                if (messages.isEmpty()) {
                    break;
                }
                for (NetlinkMessage message : messages.orElseThrow()) {
                    changes.addAll(ChangeMessages.changes(message));
                }
            } catch (CodecException e) {
                changes.addAll(EnumSet.allOf(KernelChange.class));
            }
        }
        if (subscription.overruns() != overruns) {
            changes.addAll(EnumSet.allOf(KernelChange.class));
        }
    }

    /** A thread that waits in {@link #await} returns an empty set. */
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
