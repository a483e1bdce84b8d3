package io.ipipou.testkit;

import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The FOU ports and other UDP sockets of a {@link FakeKernel}: net/ipv4/fou.c. */
final class FakeListeners {

    /** @param link the index of the device, 0 for any; kept when the device is deleted */
    record Listener(Ipv4 local, int port, int protocol, boolean gue, int link, Optional<Endpoint> peer) {

        private boolean conflictsWith(Listener other) {
            return port == other.port
                    && (local.isAny() || other.local.isAny() || local.equals(other.local))
                    && (link == 0 || other.link == 0 || link == other.link);
        }

        /** As fou_cfg_cmp, which ignores the type and protocol. */
        private boolean hasSameTupleAs(Listener other) {
            return port == other.port && local.equals(other.local) && link == other.link && peer.equals(other.peer);
        }
    }

    private final Set<Listener> all = new LinkedHashSet<>();
    private final Set<Integer> otherPorts = new TreeSet<>();

    Set<Listener> all() {
        return Set.copyOf(all);
    }

    Set<Integer> udpPorts() {
        Set<Integer> ports = new TreeSet<>(otherPorts);
        all.forEach(listener -> ports.add(listener.port));
        return ports;
    }

    void add(Listener listener) throws KernelRefusal {
        if ((listener.link != 0 && listener.local.isAny()) || (listener.protocol == 0 && !listener.gue)) {
            throw new KernelRefusal("EINVAL", "Invalid argument: " + listener);
        }
        checkFree(listener);
        all.add(listener);
    }

    void delete(Listener listener) throws KernelRefusal {
        if (!all.removeIf(listener::hasSameTupleAs)) {
            throw new KernelRefusal("EINVAL", "Invalid argument: no " + listener);
        }
    }

    void open(int port) throws KernelRefusal {
        checkFree(new Listener(Ipv4.ANY, port, 0, false, 0, Optional.empty()));
        otherPorts.add(port);
    }

    void close(int port) throws KernelRefusal {
        if (!otherPorts.remove(port)) {
            throw new KernelRefusal("EBADF", "no socket is bound to UDP port " + port);
        }
    }

    private void checkFree(Listener listener) throws KernelRefusal {
        if (otherPorts.contains(listener.port) || all.stream().anyMatch(listener::conflictsWith)) {
            throw new KernelRefusal("EADDRINUSE", "Address already in use: UDP port " + listener.port);
        }
    }
}
