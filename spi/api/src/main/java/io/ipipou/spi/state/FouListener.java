package io.ipipou.spi.state;

import java.util.Map;
import java.util.Optional;

/**
 * A UDP port that the kernel receives encapsulated packets on ({@code ip fou}, linux/fou.h).
 *
 * @param local the address it is bound to, {@link Ipv4#ANY} for all
 * @param port 1..65535
 * @param protocol the IP protocol of the payload, 4 for IPIP; 0 for GUE, whose header says it
 * @param gue whether it expects GUE headers instead of bare payload
 * @param device the link it is bound to, empty for all; the kernel's {@code ifN} when that link is gone
 * @param peer the only source it takes packets from, empty for any (a connected socket)
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

    /** A bare IPIP listener on every address: the only form we make. */
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
