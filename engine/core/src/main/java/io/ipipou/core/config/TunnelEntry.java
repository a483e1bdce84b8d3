package io.ipipou.core.config;

import java.util.Optional;

/**
 * An entry of {@code tunnels} with a valid name, as far as it could be read.
 *
 * @param peer empty when it is not given or wrong
 */
record TunnelEntry(String name, FieldValues values, Optional<PeerEntry> peer) {

    /** @param values as far as they could be read */
    record PeerEntry(Peer peer, FieldValues values) {}

    /** Whether this is that entry of the file. */
    boolean is(TunnelEntry other) {
        return name.equals(other.name);
    }

    NodePath path() {
        return values.at().path();
    }

    boolean isMode(Mode mode) {
        return values.find(TunnelFields.MODE).filter(m -> m.value() == mode).isPresent();
    }

    Optional<RemoteEndpoint> endpoint() {
        return peer.flatMap(entry -> entry.peer().endpoint());
    }

    /** Its device and address as the file has them, which is enough to compare; empty when one is missing or wrong. */
    Optional<String> localEnd() {
        Optional<FieldValues> local = values.find(TunnelFields.LOCAL).map(At::value);
        Optional<?> device =
                values.find(TunnelFields.LOCAL, TunnelFields.DEVICE).map(At::value);
        Optional<?> address =
                values.find(TunnelFields.LOCAL, TunnelFields.LOCAL_ADDRESS).map(At::value);
        return local.filter(l -> (device.isPresent() || address.isPresent())
                        && device.isPresent() == l.has(TunnelFields.DEVICE)
                        && address.isPresent() == l.has(TunnelFields.LOCAL_ADDRESS))
                .map(l -> device + " " + address);
    }
}
