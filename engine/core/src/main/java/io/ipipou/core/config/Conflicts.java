package io.ipipou.core.config;

import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What tunnels that are right by themselves cannot be together. Addresses are
 * keys as plain numbers, because the first hash of any record costs a tenth of the start-up.
 */
final class Conflicts {

    /** What tells peers apart at one local end: entries that say the same tell nothing apart. */
    private record Identity(String localEnd, Optional<Integer> port, String scheme, Settings settings) {}

    private final Ipv4Prefix aliasRange;
    private final Problems problems;
    private final Map<Integer, TunnelEntry> addresses = new HashMap<>();
    private final Map<Integer, TunnelEntry> peerAddresses = new HashMap<>();
    private final Map<Integer, TunnelEntry> aliases = new HashMap<>();
    private final Map<String, TunnelEntry> outerEnds = new HashMap<>();
    /** Where each is, by its text. */
    private final Map<String, NodePath> routes = new HashMap<>();

    private final Map<Identity, TunnelEntry> identities = new HashMap<>();

    Conflicts(Ipv4Prefix aliasRange, Problems problems) {
        this.aliasRange = aliasRange;
        this.problems = problems;
    }

    void check(List<TunnelEntry> tunnels) {
        for (TunnelEntry tunnel : tunnels) {
            inner(tunnel, TunnelFields.INNER_ADDRESS, addresses, "inner.address");
            inner(tunnel, TunnelFields.INNER_PEER, peerAddresses, "inner.peer");
            outerAddresses(tunnel);
            equalAuthentication(tunnel);
            alias(tunnel);
            routes(tunnel);
        }
        for (TunnelEntry tunnel : tunnels) { // of which each has its own address in the map by now
            tunnel.values().find(TunnelFields.INNER, TunnelFields.INNER_PEER).ifPresent(address -> {
                TunnelEntry owner = addresses.getOrDefault(address.value().bits(), tunnel);
                if (!owner.is(tunnel)) {
                    taken(tunnel, address.at(), owner, "inner.address");
                }
            });
        }
        tunnels.forEach(this::furtherAddresses);
    }

    private void inner(TunnelEntry tunnel, Field<Ipv4> field, Map<Integer, TunnelEntry> seen, String name) {
        tunnel.values().find(TunnelFields.INNER, field).ifPresent(address -> {
            unique(seen, address, tunnel, name);
            outsideAliasRange(tunnel, address);
        });
    }

    private void outsideAliasRange(TunnelEntry tunnel, At<Ipv4> address) {
        if (aliasRange.contains(address.value())) {
            String message = address.at().shown() + "is in settings.aliasRange " + aliasRange;
            error(tunnel, address.at(), message, "write an address outside it, or change settings.aliasRange");
        }
    }

    private void unique(Map<Integer, TunnelEntry> seen, At<Ipv4> address, TunnelEntry tunnel, String field) {
        TunnelEntry other = seen.putIfAbsent(address.value().bits(), tunnel);
        if (other != null) {
            taken(tunnel, address.at(), other, field);
        }
    }

    private void taken(TunnelEntry tunnel, Node at, TunnelEntry other, String field) {
        String message = at.shown() + "is already used by " + other.path() + "." + field;
        error(tunnel, at, message, "write an address that no other tunnel uses");
    }

    /** The kernel tells tunnels apart by their outer addresses and device. A server's get an alias where they collide. */
    private void outerAddresses(TunnelEntry tunnel) {
        boolean fixed = tunnel.isMode(Mode.STATIC) || tunnel.isMode(Mode.CLIENT);
        Optional<String> local = tunnel.localEnd().filter(end -> fixed);
        TunnelEntry other = tunnel;
        for (RemoteEndpoint remote : local.isPresent() ? tunnel.endpoints() : List.<RemoteEndpoint>of()) {
            TunnelEntry owner = outerEnds.getOrDefault(local.get() + " " + remote.host(), tunnel);
            outerEnds.put(local.get() + " " + remote.host(), owner);
            other = other.is(tunnel) ? owner : other;
        }
        if (!other.is(tunnel)) {
            String message = "has the same device, local address and remote address as " + other.path()
                    + ", so the kernel cannot tell them apart";
            problems.error(tunnel.values().at(), message, "use another local.address");
        }
    }

    private void equalAuthentication(TunnelEntry tunnel) {
        Optional<Integer> port = tunnel.local(TunnelFields.LOCAL_PORT);
        Optional<Identity> identity = tunnel.peer()
                .flatMap(Peer::auth)
                .filter(auth -> tunnel.isMode(Mode.SERVER))
                .flatMap(auth -> tunnel.localEnd().map(end -> new Identity(end, port, auth.scheme(), auth.settings())));
        TunnelEntry other = identity.isPresent() ? identities.putIfAbsent(identity.get(), tunnel) : null;
        if (other != null) {
            String message = "its peer and the peer of " + other.path()
                    + " authenticate in the same way, on the same local address and port";
            problems.error(tunnel.values().at(), message, "use a peer with its own auth entry and key");
        }
    }

    private void alias(TunnelEntry tunnel) {
        Optional<At<AliasChoice>> alias = tunnel.values().find(TunnelFields.ALIAS);
        if (alias.isPresent() && alias.get().value() instanceof AliasChoice.Fixed fixed) {
            Node at = alias.get().at();
            unique(aliases, new At<>(fixed.address(), at), tunnel, "alias");
            if (!aliasRange.contains(fixed.address())) {
                String message = at.shown() + "is not in settings.aliasRange " + aliasRange;
                error(tunnel, at, message, "write auto, never or an address in it");
            }
        }
    }

    private void routes(TunnelEntry tunnel) {
        for (At<TunnelRoute> route : tunnel.values().get(TunnelFields.ROUTES)) {
            NodePath other = routes.putIfAbsent(route.value().toString(), pathFor(tunnel, route.at()));
            if (other != null) {
                String message = Quote.value(route.value().to().toString()) + " is already routed by " + other
                        + ", with the same metric and table";
                error(tunnel, route.at(), message, "remove one of the two, or give one another metric or table");
            }
        }
    }

    private void furtherAddresses(TunnelEntry tunnel) {
        for (At<InnerAddress> address : tunnel.moreAddresses()) {
            int bits = address.value().address().bits();
            TunnelEntry peerOf = peerAddresses.get(bits);
            if (peerOf != null) {
                error(
                        tunnel,
                        address.at(),
                        address.at().shown() + "is the inner address of the peer of " + peerOf.path(),
                        "write an address of this host");
            }
            outsideAliasRange(tunnel, new At<>(address.value().address(), address.at()));
        }
    }

    /** At the value; where that is inherited, and right in itself, at the tunnel that it is wrong for. */
    private void error(TunnelEntry tunnel, Node at, String message, String instead) {
        Position position = isInherited(at) ? tunnel.values().at().position() : at.position();
        problems.error(position, pathFor(tunnel, at), message, instead);
    }

    private static boolean isInherited(Node at) {
        return at.path().isIn(FileFormat.DEFAULTS);
    }

    /** Where the tunnel would have it, if it is inherited. */
    private static NodePath pathFor(TunnelEntry tunnel, Node at) {
        NodePath path = tunnel.path();
        List<String> keys = at.path().keys();
        for (String key : isInherited(at) ? keys.subList(1, keys.size()) : List.<String>of()) {
            path = path.key(key);
        }
        return isInherited(at) ? path : at.path();
    }
}
