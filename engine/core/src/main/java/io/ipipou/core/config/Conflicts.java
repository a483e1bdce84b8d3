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
 * What tunnels that are right by themselves cannot be together. Work grows as n log n with their number. The maps have
 * plain keys, because the first hash of any record costs a tenth of the start-up.
 */
final class Conflicts {

    private record Owned(At<Ipv4Prefix> route, TunnelDraft tunnel) {
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

    void check(List<TunnelDraft> tunnels) {
        innerAddresses(tunnels);
        outerAddresses(tunnels);
        claims(tunnels);
        aliases(tunnels);
        routes(tunnels);
    }

    private void innerAddresses(List<TunnelDraft> tunnels) {
        Map<Integer, TunnelDraft> own = new HashMap<>();
        Map<Integer, TunnelDraft> others = new HashMap<>();
        for (TunnelDraft tunnel : tunnels) {
            tunnel.address().ifPresent(address -> first(own, address, tunnel, "inner.address"));
            tunnel.peerAddress().ifPresent(address -> first(others, address, tunnel, "inner.peer"));
            tunnel.address().ifPresent(address -> outsideAliasRange(tunnel, address));
            tunnel.peerAddress().ifPresent(address -> outsideAliasRange(tunnel, address));
        }
        for (TunnelDraft tunnel : tunnels) {
            tunnel.peerAddress().ifPresent(address -> {
                TunnelDraft owner = own.getOrDefault(address.value().bits(), tunnel);
                if (!owner.is(tunnel)) {
                    taken(tunnel, address.at(), owner, "inner.address");
                }
            });
        }
    }

    private void outsideAliasRange(TunnelDraft tunnel, At<Ipv4> address) {
        if (aliasRange.contains(address.value())) {
            error(
                    tunnel,
                    address.at(),
                    "is in settings.aliasRange " + aliasRange,
                    "write another address, or another aliasRange");
        }
    }

    private void outerAddresses(List<TunnelDraft> tunnels) {
        Map<String, TunnelDraft> seen = new HashMap<>();
        for (TunnelDraft tunnel : tunnels) {
            Optional<RemoteEndpoint> remote =
                    tunnel.peer().flatMap(p -> p.value().endpoint());
            // A server's tunnels can get an alias where they collide.
            boolean fixed = tunnel.isMode(Mode.STATIC) || tunnel.isMode(Mode.CLIENT);
            if (remote.isPresent() && fixed && tunnel.local().isKnown()) {
                String key = localEnd(tunnel) + remote.get().host();
                TunnelDraft other = seen.putIfAbsent(key, tunnel);
                if (other != null) {
                    problems.error(
                            tunnel.at(),
                            "has the local address, remote address and device of " + other.label()
                                    + ", and the kernel tells tunnels apart by nothing else",
                            "write another local.address");
                }
            }
        }
    }

    /** Its device and address as the file says them, resolved or not. */
    private static String localEnd(TunnelDraft tunnel) {
        return tunnel.local().device().map(At::value) + " "
                + tunnel.local().address().map(At::value) + " ";
    }

    /** What tells peers apart at one local end; two entries that say the same tell nothing apart. */
    private record Proof(String localEnd, Optional<Integer> port, String scheme, Settings settings) {}

    private void claims(List<TunnelDraft> tunnels) {
        Map<Proof, TunnelDraft> seen = new HashMap<>();
        for (TunnelDraft tunnel : tunnels) {
            Optional<Auth> auth = tunnel.peer().flatMap(p -> p.value().auth());
            if (auth.isPresent() && tunnel.isMode(Mode.SERVER) && tunnel.local().isKnown()) {
                Proof proof = new Proof(
                        localEnd(tunnel),
                        tunnel.local().port(),
                        auth.get().scheme(),
                        auth.get().settings());
                TunnelDraft other = seen.putIfAbsent(proof, tunnel);
                if (other != null) {
                    problems.error(
                            tunnel.at(),
                            "its peer proves itself as that of " + other.label()
                                    + " does, on the same local address and port",
                            "write another peer, with an auth entry and a key of its own");
                }
            }
        }
    }

    private void aliases(List<TunnelDraft> tunnels) {
        Map<Integer, TunnelDraft> seen = new HashMap<>();
        for (TunnelDraft tunnel : tunnels) {
            if (tunnel.alias().isPresent() && tunnel.alias().get().value() instanceof AliasChoice.Fixed fixed) {
                Value at = tunnel.alias().get().at();
                first(seen, new At<>(fixed.address(), at), tunnel, "alias");
                if (!aliasRange.contains(fixed.address())) {
                    error(
                            tunnel,
                            at,
                            "is not in settings.aliasRange " + aliasRange,
                            "write auto, never or an address of it");
                }
            }
        }
    }

    /** In order, a prefix comes after those that hold it: the ones that are open when it begins. */
    private void routes(List<TunnelDraft> tunnels) {
        List<Owned> routes = new ArrayList<>();
        tunnels.forEach(tunnel -> tunnel.routes().forEach(route -> routes.add(new Owned(route, tunnel))));
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
        error(
                second.tunnel(),
                second.route().at(),
                first.tunnel().is(second.tunnel())
                        ? "is there twice"
                        : "overlaps " + first.prefix() + " of " + first.tunnel().label(),
                "write prefixes that do not overlap");
    }

    private void first(Map<Integer, TunnelDraft> seen, At<Ipv4> address, TunnelDraft tunnel, String field) {
        TunnelDraft other = seen.putIfAbsent(address.value().bits(), tunnel);
        if (other != null) {
            taken(tunnel, address.at(), other, field);
        }
    }

    private void taken(TunnelDraft tunnel, Value at, TunnelDraft other, String field) {
        error(tunnel, at, "is " + other.label() + "." + field + " already", "write an address of its own");
    }

    /** At the value; where that is inherited and alright by itself, at the tunnel that it is wrong for. */
    private void error(TunnelDraft tunnel, Value at, String message, String instead) {
        List<String> keys = at.path().keys();
        if (!keys.get(0).equals("defaults")) {
            problems.error(at, at.shown() + message, instead);
            return;
        }
        NodePath path = tunnel.at().path();
        for (String key : keys.subList(1, keys.size())) {
            path = path.key(key);
        }
        problems.error(tunnel.at().position(), path, at.shown() + message, instead);
    }
}
