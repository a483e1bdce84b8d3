package io.ipipou.core.config;

import io.ipipou.core.config.FieldTable.Values;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An entry of {@code tunnels} with a valid name, as far as it could be read.
 *
 * @param peer empty when it is not given or wrong
 */
record TunnelEntry(String name, Values values, Optional<Peer> peer) {

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

    List<RemoteEndpoint> endpoints() {
        return peer.map(Peer::endpoints).orElse(List.of());
    }

    <T> Optional<T> local(Field<T> field) {
        return values.find(TunnelFields.LOCAL, field).map(At::value);
    }

    /** Its device and address as the file has them, which is enough to compare; empty when one is missing or wrong. */
    Optional<String> localEnd() {
        Optional<DeviceChoice> device = local(TunnelFields.DEVICE);
        Optional<?> address = local(TunnelFields.LOCAL_ADDRESS);
        return values.find(TunnelFields.LOCAL)
                .map(At::value)
                .filter(local -> (device.isPresent() || address.isPresent())
                        && device.isPresent() == local.has(TunnelFields.DEVICE)
                        && address.isPresent() == local.has(TunnelFields.LOCAL_ADDRESS))
                .map(local -> device + " " + address);
    }

    /** Its further inner addresses. */
    List<At<InnerAddress>> moreAddresses() {
        return values.find(TunnelFields.INNER, TunnelFields.INNER_ADDRESSES)
                .map(At::value)
                .orElse(List.of());
    }

    private Duration keepalive() {
        return values.find(TunnelFields.KEEPALIVE)
                .map(At::value)
                .orElse(isMode(Mode.STATIC) ? Duration.ZERO : TunnelFields.USUAL_KEEPALIVE);
    }

    /** Of an entry that nothing is wrong with. */
    Tunnel tunnel() {
        return new Tunnel(
                new LinkName(name),
                values.get(TunnelFields.MODE),
                peer.orElseThrow(),
                new LocalEnd(
                        local(TunnelFields.DEVICE),
                        local(TunnelFields.LOCAL_ADDRESS),
                        local(TunnelFields.LOCAL_PORT).orElseThrow()),
                new Inner(
                        values.find(TunnelFields.INNER, TunnelFields.INNER_ADDRESS)
                                .orElseThrow()
                                .value(),
                        values.find(TunnelFields.INNER, TunnelFields.INNER_PEER).map(At::value),
                        moreAddresses().stream().map(At::value).toList()),
                values.get(TunnelFields.ROUTES).stream().map(At::value).toList(),
                values.get(TunnelFields.MTU),
                values.get(TunnelFields.TTL),
                values.get(TunnelFields.ENCAP_CHECKSUM),
                values.get(TunnelFields.ALIAS),
                Optional.of(keepalive()).filter(interval -> !interval.isZero()),
                values.get(TunnelFields.AUTH_LIFETIME),
                values.get(TunnelFields.MAX_CLOCK_SKEW),
                values.get(TunnelFields.REPLY),
                values.at().key());
    }
}
