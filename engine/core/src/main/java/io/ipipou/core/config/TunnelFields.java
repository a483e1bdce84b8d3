package io.ipipou.core.config;

import static io.ipipou.core.config.Field.optional;
import static io.ipipou.core.config.Field.required;

import io.ipipou.core.config.FieldTable.Group;
import io.ipipou.core.config.FieldTable.Values;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings of a tunnel. */
final class TunnelFields {

    static final Field<Mode> MODE = required(
            "mode",
            Types.words(List.of(Mode.values())),
            "server: the peer authenticates to this host; client: this host authenticates to the peer; static: both"
                    + " endpoints are known and nobody authenticates.");
    static final Field<String> PEER = required("peer", Types.nameIn("peers"), "The other end of the tunnel.");

    static final Field<DeviceChoice> DEVICE = optional(
                    "device",
                    Types.<DeviceChoice>either(
                            Types.words(List.of(new DeviceChoice.Auto())),
                            NetworkTypes.DEVICE.as(DeviceChoice.Named::new)),
                    "The interface that the outer packets use, by its name or an alternative name. auto, in client tunnels: the"
                            + " interface and address of the route to the endpoint, followed when they change.")
            .hint(NetworkTypes.DEVICE.hint().form() + ", or auto", "eth0");
    static final Field<Ipv4> LOCAL_ADDRESS = optional(
                    "address",
                    NetworkTypes.HOST_ADDRESS,
                    "The outer address of this host. By default, the one of the device that the kernel would choose to send"
                            + " to the peer, but never a virtual (/32) address if there is another. The one in use stays while the"
                            + " device has it.")
            .hint("an IPv4 address of this host", "203.0.113.1");
    static final Field<Integer> LOCAL_PORT = required(
            "port", NetworkTypes.PORT, "The outer UDP port of this host. Tunnels can share an address and port.");
    static final FieldTable LOCAL_TABLE = new FieldTable(
            "a mapping of device, address and port",
            true,
            List.of(new Group(List.of(DEVICE, LOCAL_ADDRESS), Requirement.ALWAYS, false)),
            List.of(DEVICE, LOCAL_ADDRESS, LOCAL_PORT));
    static final Field<Values> LOCAL = required(
            "local",
            LOCAL_TABLE.type("{device: eth0, port: 10000}"),
            "This host's end of the outer packets: a port, and a device, an address or both.");

    private static final String PLAIN = "an IPv4 address without a prefix length";
    static final Field<Ipv4> INNER_ADDRESS = required(
                    "address",
                    NetworkTypes.INTERFACE_ADDRESS,
                    "This host's address in the tunnel, a /32. No two tunnels can have the same.")
            .hint(PLAIN, "172.28.0.0");
    static final Field<Ipv4> INNER_PEER = optional(
                    "peer",
                    NetworkTypes.INTERFACE_ADDRESS,
                    "The peer's address in the tunnel, routed through it. Without it, only routes lead into the tunnel.")
            .hint(PLAIN, "172.28.0.1");
    static final Field<List<At<InnerAddress>>> INNER_ADDRESSES = optional(
            "addresses",
            "[]",
            Types.listOf(
                    new Hint("a list of IPv4 addresses with prefix lengths", "[192.0.2.10/32]"),
                    NetworkTypes.ADDRESS_WITH_LENGTH),
            "Further addresses of this host on the tunnel interface. Several tunnels can have the same.");
    static final FieldTable INNER_TABLE = new FieldTable(
            "a mapping of address, peer and addresses",
            true,
            List.of(),
            List.of(INNER_ADDRESS, INNER_PEER, INNER_ADDRESSES));
    static final Field<Values> INNER = required(
            "inner", INNER_TABLE.type("{address: 172.28.0.0, peer: 172.28.0.1}"), "The addresses in the tunnel.");

    private static final Field<Ipv4Prefix> ROUTE_TO =
            required("to", NetworkTypes.PREFIX, "What is routed through the tunnel.");
    private static final Field<Integer> ROUTE_METRIC = optional(
            "metric",
            "0",
            Types.unsigned("a number", 0, "200"),
            "Of several routes for a prefix, the one with the lowest metric is used.");
    private static final Field<Integer> ROUTE_TABLE_NUMBER = optional(
            "table",
            "main",
            Types.routingTable(),
            "The routing table. Rules that lead to a table other than main (ip rule) are not managed by ipipou.");
    static final FieldTable ROUTE_TABLE = new FieldTable(
            "a mapping of to, metric and table", false, List.of(), List.of(ROUTE_TO, ROUTE_METRIC, ROUTE_TABLE_NUMBER));
    static final Field<List<At<TunnelRoute>>> ROUTES = optional(
            "routes",
            "[]",
            Types.listOf(new Hint("a list of IPv4 prefixes and mappings", "[10.20.0.0/16]"), route()),
            "Prefixes that are routed through the tunnel. Several tunnels can have the same prefix if its metric or table"
                    + " differs.");
    static final Field<OptionalInt> MTU = optional(
            "mtu",
            "auto",
            Types.either(
                    Types.words(Map.of("auto", OptionalInt.empty())),
                    Types.number("a number of bytes", 68, 65515, "1400").as(OptionalInt::of)),
            "The MTU of the tunnel. auto: the MTU of the underlying device, less 28 bytes for the outer headers.");
    static final Field<Integer> TTL = optional(
            "ttl",
            "64",
            Types.either(Types.words(Map.of("inherit", 0)), Types.number("a number", 1, 255, "64")),
            "The TTL of the outer IP header. inherit: that of the inner packet, so packets of routing protocols, whose TTL"
                    + " is often 1, get no further than the first router.");
    static final Field<Boolean> ENCAP_CHECKSUM =
            optional("encapChecksum", "false", Types.FLAG, "Compute the UDP checksum of outer packets.");
    static final Field<AliasChoice> ALIAS = optional(
                    "alias",
                    "auto",
                    Types.<AliasChoice>either(
                            Types.words(List.of(new AliasChoice.Auto(), new AliasChoice.Never())),
                            NetworkTypes.IPV4.as(AliasChoice.Fixed::new)),
                    "A private local address that lets the kernel tell peers behind the same NAT address apart. auto: an"
                            + " unused one; never: none.")
            .hint("auto, never or an address in settings.aliasRange", "172.29.0.7")
            .onlyIn(Mode.SERVER);
    /** In server and client tunnels. */
    static final Duration USUAL_KEEPALIVE = Duration.ofSeconds(27);

    static final Field<Duration> KEEPALIVE = optional(
            "keepalive",
            Types.DURATION,
            "client: how often to authenticate again; server and static: how often the agent sends an empty packet to the"
                    + " peer, which keeps NAT and connection tracking open. 0: never. Default: 27s, in static tunnels 0.");
    static final Field<Duration> AUTH_LIFETIME = optional(
                    "authLifetime",
                    "1h",
                    Types.DURATION,
                    "How long an endpoint stays admitted without authenticating again. 0: for ever.")
            .onlyIn(Mode.SERVER);
    static final Field<Duration> MAX_CLOCK_SKEW = optional(
                    "maxClockSkew",
                    "120s",
                    Types.DURATION,
                    "ed25519: the largest difference between the time in an authentication packet and this host's clock."
                            + " 0: any.")
            .onlyIn(Mode.SERVER);
    static final Field<Boolean> REPLY = optional("reply", "true", Types.FLAG, "Answer a successful authentication.")
            .onlyIn(Mode.SERVER);

    static final FieldTable TABLE = new FieldTable(
            "a mapping of tunnel settings",
            true,
            List.of(),
            List.of(
                    MODE,
                    PEER,
                    LOCAL,
                    INNER,
                    ROUTES,
                    MTU,
                    TTL,
                    ENCAP_CHECKSUM,
                    ALIAS,
                    KEEPALIVE,
                    AUTH_LIFETIME,
                    MAX_CLOCK_SKEW,
                    REPLY));

    private TunnelFields() {}

    /** A prefix, or a mapping for one with a metric or a table. */
    private static ValueType<TunnelRoute> route() {
        ValueType<Values> mapping = ROUTE_TABLE.type("{to: 10.20.0.0/16, metric: 200}");
        ValueType<TunnelRoute> whole =
                new ValueType<>(mapping.kinds(), mapping.hint(), mapping.schema(), (value, reading) -> mapping.parser()
                        .parse(value, reading)
                        .filter(Values::isValid)
                        .flatMap(TunnelFields::route));
        ValueType<TunnelRoute> either = Types.either(
                NetworkTypes.PREFIX.as(
                        to -> new TunnelRoute(to, ROUTE_METRIC.defaultValue(), ROUTE_TABLE_NUMBER.defaultValue())),
                whole);
        Hint hint = new Hint("an IPv4 prefix or a mapping of to, metric and table", "10.20.0.0/16");
        return new ValueType<>(either.kinds(), hint, either.schema(), either.parser());
    }

    private static Optional<TunnelRoute> route(Values values) {
        return values.find(ROUTE_TO)
                .map(to -> new TunnelRoute(to.value(), values.get(ROUTE_METRIC), values.get(ROUTE_TABLE_NUMBER)));
    }
}
