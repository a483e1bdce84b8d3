package io.ipipou.core.config;

import static io.ipipou.core.config.Field.optional;
import static io.ipipou.core.config.Field.required;

import io.ipipou.core.config.FieldTable.Group;
import io.ipipou.core.config.FieldTable.Values;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The settings of a tunnel. */
final class TunnelFields {

    static final Field<Mode> MODE = required(
            "mode",
            Types.words(List.of(Mode.values())),
            "server: the peer authenticates to this host; client: this host authenticates to the peer; static: both"
                    + " endpoints are known and nobody authenticates.");
    static final Field<String> PEER = required("peer", Types.nameIn("peers"), "The other end of the tunnel.");

    static final Field<LinkName> DEVICE =
            optional("device", NetworkTypes.DEVICE, "The interface that the outer packets use.");
    static final Field<Ipv4> LOCAL_ADDRESS = optional(
                    "address",
                    NetworkTypes.HOST_ADDRESS,
                    "The outer address of this host. By default, the first IPv4 address of the device.")
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
    static final FieldTable INNER_TABLE =
            new FieldTable("a mapping of address and peer", true, List.of(), List.of(INNER_ADDRESS, INNER_PEER));
    static final Field<Values> INNER = required(
            "inner", INNER_TABLE.type("{address: 172.28.0.0, peer: 172.28.0.1}"), "The addresses in the tunnel.");

    static final Field<List<At<Ipv4Prefix>>> ROUTES = optional(
            "routes",
            "[]",
            Types.listOf(new Hint("a list of IPv4 prefixes", "[10.20.0.0/16]"), NetworkTypes.PREFIX),
            "Prefixes that are routed through the tunnel. They cannot overlap those of another tunnel.");
    static final Field<OptionalInt> MTU = optional(
            "mtu",
            "auto",
            Types.either(
                    Types.words(Map.of("auto", OptionalInt.empty())),
                    Types.number("a number of bytes", 68, 65515, "1400").as(OptionalInt::of)),
            "The MTU of the tunnel. auto: the MTU of the underlying device, less 28 bytes for the outer headers.");
    static final Field<Integer> TTL = optional(
            "ttl",
            "inherit",
            Types.either(Types.words(Map.of("inherit", 0)), Types.number("a number", 1, 255, "64")),
            "The TTL of the outer IP header. inherit: that of the inner packet.");
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
    static final Field<Duration> KEEPALIVE = optional(
                    "keepalive",
                    "27s",
                    Types.DURATION,
                    "client: how often to authenticate again; server: how often to send an empty packet to the learnt"
                            + " endpoint. 0: never.")
            .onlyIn(Mode.SERVER, Mode.CLIENT);
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
}
