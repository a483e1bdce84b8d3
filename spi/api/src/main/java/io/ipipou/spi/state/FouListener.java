package io.ipipou.spi.state;

import java.util.Map;
import java.util.Optional;

/**
 * A UDP port on which the kernel receives encapsulated packets ({@code ip fou}, linux/fou.h).
 *
 * @param local the address it is bound to, {@link Ipv4#ANY} for all
 * @param port 1..65535
 * @param protocol the IP protocol of the payload, 4 for IPIP; 0 for GUE, which has it in its header
 * @param gue whether packets have a GUE header
 * @param device the link it is bound to, empty for all; {@code ifN} with the ifindex N when that link is gone
 * @param peer the only source it accepts packets from, empty for any
 */
public record FouListener(
        Ipv4 local, int port, int protocol, boolean gue, Optional<String> device, Optional<Endpoint> peer)
        implements Resource {

    public static final String KIND = "listener";

    /** IPPROTO_IPIP. */
    public static final int PROTOCOL_IPIP = 4;

    public FouListener {
        Ports.check(port);
    }

    /** A listener for IPIP on all addresses, the only kind that ipipou creates. */
    public static FouListener onPort(int port) {
        return new FouListener(Ipv4.ANY, port, PROTOCOL_IPIP, false, Optional.empty(), Optional.empty());
    }

    @Override
    public ResourceId id() {
        return new ResourceId(KIND, local + ":" + port);
    }

    @Override
    public Map<String, Object> fields() {
        return new Fields()
                .text("local", local)
                .number("port", port)
                .text("encap", gue ? "gue" : "fou")
                .number("ipproto", protocol)
                .text("dev", device.orElse("any"))
                .text("peer", peer.map(Endpoint::toString).orElse("any"))
                .build();
    }

    @Override
    public String summary() {
        return gue ? "gue" : "fou, IP protocol " + protocol;
    }
}
