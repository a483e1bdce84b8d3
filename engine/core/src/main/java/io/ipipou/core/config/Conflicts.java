package io.ipipou.core.config;

import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What tunnels that are right by themselves cannot be together. The time grows as n log n with their number. Addresses are
 * keys as plain numbers, because the first hash of any record costs a tenth of the start-up.
 */
final class Conflicts {

    private record Owned(At<Ipv4Prefix> route, TunnelEntry tunnel) {
        Ipv4Prefix prefix() {
            return route.value();
        }
    }

    private final Ipv4Prefix aliasRange;
    private final Problems problems;

    Conflicts(Ipv4Prefix aliasRange, Problems problems) {
        this.aliasRange = aliasRange;
        this.problems = problems;
    }

    void check(List<TunnelEntry> tunnels) {
        innerAddresses(tunnels);
        outerAddresses(tunnels);
        equalAuthentication(tunnels);
        aliases(tunnels);
        routes(tunnels);
    }

    private void innerAddresses(List<TunnelEntry> tunnels) {
        Map<Integer, TunnelEntry> own = new HashMap<>();
        Map<Integer, TunnelEntry> peers = new HashMap<>();
        for (TunnelEntry tunnel : tunnels) {
            ownAddress(tunnel).ifPresent(address -> unique(own, address, tunnel, "inner.address"));
            peerAddress(tunnel).ifPresent(address -> unique(peers, address, tunnel, "inner.peer"));
            ownAddress(tunnel).ifPresent(address -> outsideAliasRange(tunnel, address));
            peerAddress(tunnel).ifPresent(address -> outsideAliasRange(tunnel, address));
        }
        for (TunnelEntry tunnel : tunnels) {
            peerAddress(tunnel).ifPresent(address -> {
                TunnelEntry owner = own.getOrDefault(address.value().bits(), tunnel);
                if (!owner.is(tunnel)) {
                    taken(tunnel, address.at(), owner, "inner.address");
                }
            });
        }
    }

    private static Optional<At<Ipv4>> ownAddress(TunnelEntry tunnel) {
        return tunnel.values().find(TunnelFields.INNER, TunnelFields.INNER_ADDRESS);
    }

    private static Optional<At<Ipv4>> peerAddress(TunnelEntry tunnel) {
        return tunnel.values().find(TunnelFields.INNER, TunnelFields.INNER_PEER);
    }

    private void outsideAliasRange(TunnelEntry tunnel, At<Ipv4> address) {
        if (aliasRange.contains(address.value())) {
            error(
                    tunnel,
                    address.at(),
                    "is in settings.aliasRange " + aliasRange,
                    "write an address outside it, or change settings.aliasRange");
        }
    }

    /** A server's tunnels can get an alias where they collide. */
    private void outerAddresses(List<TunnelEntry> tunnels) {
        Map<String, TunnelEntry> seen = new HashMap<>();
        for (TunnelEntry tunnel : tunnels) {
            boolean fixed = tunnel.isMode(Mode.STATIC) || tunnel.isMode(Mode.CLIENT);
            Optional<String> ends =
                    tunnel.endpoint().flatMap(remote -> tunnel.localEnd().map(local -> local + " " + remote.host()));
            TunnelEntry other = fixed && ends.isPresent() ? seen.putIfAbsent(ends.get(), tunnel) : null;
            if (other != null) {
                problems.error(
                        tunnel.values().at(),
                        "has the same device, local address and remote address as " + other.path()
                                + ", so the kernel cannot tell them apart",
                        "use another local.address");
            }
        }
    }

    /** What tells peers apart at one local end: entries that say the same tell nothing apart. */
    private record Identity(String localEnd, Optional<Integer> port, String scheme, Settings settings) {}

    private void equalAuthentication(List<TunnelEntry> tunnels) {
        Map<Identity, TunnelEntry> seen = new HashMap<>();
        for (TunnelEntry tunnel : tunnels) {
            Optional<Auth> auth = tunnel.peer().flatMap(entry -> entry.peer().auth());
            Optional<String> localEnd = tunnel.localEnd();
            if (auth.isPresent() && tunnel.isMode(Mode.SERVER) && localEnd.isPresent()) {
                Optional<Integer> port = tunnel.values()
                        .find(TunnelFields.LOCAL, TunnelFields.LOCAL_PORT)
                        .map(At::value);
                Identity identity = new Identity(
                        localEnd.get(), port, auth.get().scheme(), auth.get().settings());
                TunnelEntry other = seen.putIfAbsent(identity, tunnel);
                if (other != null) {
                    problems.error(
                            tunnel.values().at(),
                            "its peer and the peer of " + other.path()
                                    + " authenticate in the same way, on the same local address and port",
                            "use a peer with its own auth entry and key");
                }
            }
        }
    }

    private void aliases(List<TunnelEntry> tunnels) {
        Map<Integer, TunnelEntry> seen = new HashMap<>();
        for (TunnelEntry tunnel : tunnels) {
            Optional<At<AliasChoice>> alias = tunnel.values().find(TunnelFields.ALIAS);
            if (alias.isPresent() && alias.get().value() instanceof AliasChoice.Fixed fixed) {
                Value at = alias.get().at();
                unique(seen, new At<>(fixed.address(), at), tunnel, "alias");
                if (!aliasRange.contains(fixed.address())) {
                    error(
                            tunnel,
                            at,
                            "is not in settings.aliasRange " + aliasRange,
                            "write auto, never or an address in it");
                }
            }
        }
    }

    /** In order, a prefix comes after those that contain it: the ones that are open when it begins. */
    private void routes(List<TunnelEntry> tunnels) {
        List<Owned> routes = new ArrayList<>();
        tunnels.forEach(tunnel ->
                tunnel.values().get(TunnelFields.ROUTES).forEach(route -> routes.add(new Owned(route, tunnel))));
        routes.sort(Comparator.comparing(Owned::prefix));
        Deque<Owned> open = new ArrayDeque<>();
        for (Owned owned : routes) {
            while (!open.isEmpty() && !open.element().prefix().overlaps(owned.prefix())) {
                open.pop();
            }
            open.stream()
                    .filter(holder -> !holder.tunnel().is(owned.tunnel())
                            || holder.prefix().equals(owned.prefix()))
                    .findFirst()
                    .ifPresent(holder -> overlap(owned, holder));
            open.push(owned);
        }
    }

    private void overlap(Owned one, Owned two) {
        boolean later = one.route().at().position().compareTo(two.route().at().position()) > 0;
        Owned second = later ? one : two;
        Owned first = later ? two : one;
        boolean twice = first.tunnel().is(second.tunnel());
        error(
                second.tunnel(),
                second.route().at(),
                twice
                        ? "is listed twice"
                        : "overlaps " + first.prefix() + " of " + first.tunnel().path(),
                twice ? "remove one of the two" : "write prefixes that do not overlap");
    }

    private void unique(Map<Integer, TunnelEntry> seen, At<Ipv4> address, TunnelEntry tunnel, String field) {
        TunnelEntry other = seen.putIfAbsent(address.value().bits(), tunnel);
        if (other != null) {
            taken(tunnel, address.at(), other, field);
        }
    }

    private void taken(TunnelEntry tunnel, Value at, TunnelEntry other, String field) {
        error(
                tunnel,
                at,
                "is already used by " + other.path() + "." + field,
                "write an address that no other tunnel uses");
    }

    /** At the value; where that is inherited, and right in itself, at the tunnel that it is wrong for. */
    private void error(TunnelEntry tunnel, Value at, String message, String instead) {
        List<String> keys = at.path().keys();
        if (!keys.get(0).equals(FileFormat.DEFAULTS)) {
            problems.error(at, at.shown() + message, instead);
            return;
        }
        NodePath path = tunnel.path();
        for (String key : keys.subList(1, keys.size())) {
            path = path.key(key);
        }
        problems.error(tunnel.values().at().position(), path, at.shown() + message, instead);
    }
}
