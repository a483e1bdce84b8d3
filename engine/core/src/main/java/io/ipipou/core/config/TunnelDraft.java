package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What could be read of a tunnel; empty is what is not there, or wrong and reported. */
record TunnelDraft(
        Value at,
        Optional<LinkName> name,
        Optional<At<Mode>> mode,
        Optional<At<Peer>> peer,
        Local local,
        Optional<At<Ipv4>> address,
        Optional<At<Ipv4>> peerAddress,
        List<At<Ipv4Prefix>> routes,
        Optional<At<AliasChoice>> alias,
        Options options) {

    /** @param at empty when there is none, here or in defaults */
    record Local(
            Optional<Value> at, Optional<At<LinkName>> device, Optional<At<Ipv4>> address, Optional<Integer> port) {

        /** Whether something is there, and all that is there could be read. */
        boolean isKnown() {
            return (device.isPresent() || address.isPresent())
                    && device.isPresent() == has("device")
                    && address.isPresent() == has("address");
        }

        private boolean has(String key) {
            return at.flatMap(local -> local.get(key)).isPresent();
        }
    }

    /** What no rule looks at, defaults filled in. */
    record Options(
            OptionalInt mtu,
            int ttl,
            boolean encapChecksum,
            Optional<Duration> keepalive,
            Duration authLifetime,
            Duration maxClockSkew,
            boolean reply) {}

    boolean isMode(Mode wanted) {
        return mode.filter(m -> m.value() == wanted).isPresent();
    }

    /** Whether this is that entry of the file. */
    boolean is(TunnelDraft other) {
        return at.path().key().equals(other.at.path().key());
    }

    String label() {
        return at.path().toString();
    }

    /** Of a draft that nothing was wrong with. */
    Tunnel toTunnel() {
        return new Tunnel(
                name.orElseThrow(),
                mode.orElseThrow().value(),
                peer.orElseThrow().value(),
                new LocalEnd(
                        local.device().map(At::value),
                        local.address().map(At::value),
                        local.port().orElseThrow()),
                new Inner(address.orElseThrow().value(), peerAddress.map(At::value)),
                routes.stream().map(At::value).toList(),
                options.mtu(),
                options.ttl(),
                options.encapChecksum(),
                alias.map(At::value).orElse(new AliasChoice.Auto()),
                options.keepalive(),
                options.authLifetime(),
                options.maxClockSkew(),
                options.reply(),
                at.key());
    }
}
