package io.ipipou.core.config;

import static io.ipipou.core.config.Field.field;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings of a tunnel. */
final class TunnelFields {

    static final Field<Mode> MODE = field(
                    "mode",
                    WordType.words(Mode.values()),
                    "server: the peer authenticates to this host; client: this host authenticates to the peer;"
                            + " static: both endpoints are known, and nobody authenticates.")
            .required();
    static final Field<String> PEER = field("peer", new ReferenceType("peers"), "The other end of the tunnel.")
            .required();

    static final Field<LinkName> DEVICE = field("device", Types.DEVICE, "The interface that the outer packets use.");
    static final Field<Ipv4> LOCAL_ADDRESS = field(
                    "address",
                    Types.HOST_ADDRESS,
                    "The outer address of this host. By default, the first IPv4 address of the device.")
            .form("an IPv4 address of this host")
            .suchAs("203.0.113.1");
    static final Field<Integer> LOCAL_PORT = field(
                    "port", Types.PORT, "The outer UDP port of this host. Tunnels can share an address and port.")
            .required();
    static final Field<FieldValues> LOCAL = field(
                    "local",
                    new MappingType(
                            "",
                            new Hint("a mapping of device, address and port", "{device: eth0, port: 10000}"),
                            true,
                            List.of(new Group(List.of(DEVICE, LOCAL_ADDRESS), true, false)),
                            List.of(DEVICE, LOCAL_ADDRESS, LOCAL_PORT)),
                    "This host's end of the outer packets: a port, and a device, an address or both.")
            .required();

    static final Field<Ipv4> INNER_ADDRESS = field(
                    "address",
                    Types.INTERFACE_ADDRESS,
                    "This host's address in the tunnel, a /32. No two tunnels can have the same.")
            .form("an IPv4 address without a prefix length")
            .suchAs("172.28.0.0")
            .required();
    static final Field<Ipv4> INNER_PEER = field(
                    "peer",
                    Types.INTERFACE_ADDRESS,
                    "The peer's address in the tunnel, which is routed through it. Without it, only routes lead into"
                            + " the tunnel.")
            .form("an IPv4 address without a prefix length")
            .suchAs("172.28.0.1");
    static final Field<FieldValues> INNER = field(
                    "inner",
                    new MappingType(
                            "",
                            new Hint("a mapping of address and peer", "{address: 172.28.0.0, peer: 172.28.0.1}"),
                            true,
                            List.of(),
                            List.of(INNER_ADDRESS, INNER_PEER)),
                    "The addresses in the tunnel.")
            .required();

    static final Field<List<At<Ipv4Prefix>>> ROUTES = field(
                    "routes",
                    new ListType<>(new Hint("a list of IPv4 prefixes", "[10.20.0.0/16]"), Types.PREFIX),
                    "Prefixes that are routed through the tunnel. They cannot overlap those of another tunnel.")
            .byDefault("[]");
    static final Field<OptionalInt> MTU = field(
                    "mtu",
                    Choice.of(
                            WordType.word("auto", OptionalInt.empty()),
                            new NumberType("", "a number of bytes", 68, 65515, "1400").as(OptionalInt::of)),
                    "The MTU of the tunnel. auto: the MTU of the underlying device, less 28 bytes for the outer headers.")
            .byDefault("auto");
    static final Field<Integer> TTL = field(
                    "ttl",
                    Choice.of(WordType.word("inherit", 0), new NumberType("", "a number", 1, 255, "64")),
                    "The TTL of the outer IP header. inherit: that of the inner packet.")
            .byDefault("inherit");
    static final Field<Boolean> ENCAP_CHECKSUM = field(
                    "encapChecksum", Types.FLAG, "Compute the UDP checksum of outer packets.")
            .byDefault("false");
    static final Field<AliasChoice> ALIAS = field(
                    "alias",
                    Choice.<AliasChoice>of(
                            WordType.<AliasChoice>word("auto", new AliasChoice.Auto())
                                    .or("never", new AliasChoice.Never()),
                            Types.IPV4.as(AliasChoice.Fixed::new)),
                    "A private local address that lets the kernel tell peers behind the same NAT address apart. auto: an"
                            + " unused one, if the tunnel needs it; never: none.")
            .form("auto, never or an address in settings.aliasRange")
            .suchAs("172.29.0.7")
            .byDefault("auto")
            .onlyIn(Mode.SERVER);
    static final Field<Duration> KEEPALIVE = field(
                    "keepalive",
                    Types.DURATION,
                    "client: how often to authenticate again; server: how often to send an empty packet to the"
                            + " learnt endpoint. 0: never.")
            .byDefault("27s")
            .onlyIn(Mode.SERVER, Mode.CLIENT);
    static final Field<Duration> AUTH_LIFETIME = field(
                    "authLifetime",
                    Types.DURATION,
                    "How long an endpoint stays admitted without authenticating again. 0: for ever.")
            .byDefault("1h")
            .onlyIn(Mode.SERVER);
    static final Field<Duration> MAX_CLOCK_SKEW = field(
                    "maxClockSkew",
                    Types.DURATION,
                    "ed25519: the largest difference between the time in an authentication packet and this host's clock."
                            + " 0: any.")
            .byDefault("120s")
            .onlyIn(Mode.SERVER);
    static final Field<Boolean> REPLY = field("reply", Types.FLAG, "Answer a successful authentication.")
            .byDefault("true")
            .onlyIn(Mode.SERVER);

    static final MappingType TUNNEL = new MappingType(
            "tunnel",
            new Hint("a mapping of tunnel settings", ""),
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

    /** The tunnel of values that nothing is wrong with. */
    static Tunnel tunnel(LinkName name, Peer peer, FieldValues values) {
        return new Tunnel(
                name,
                values.get(MODE),
                peer,
                new LocalEnd(
                        values.find(LOCAL, DEVICE).map(At::value),
                        values.find(LOCAL, LOCAL_ADDRESS).map(At::value),
                        values.find(LOCAL, LOCAL_PORT).orElseThrow().value()),
                new Inner(
                        values.find(INNER, INNER_ADDRESS).orElseThrow().value(),
                        values.find(INNER, INNER_PEER).map(At::value)),
                values.get(ROUTES).stream().map(At::value).toList(),
                values.get(MTU),
                values.get(TTL),
                values.get(ENCAP_CHECKSUM),
                values.get(ALIAS),
                Optional.of(values.get(KEEPALIVE)).filter(interval -> !interval.isZero()),
                values.get(AUTH_LIFETIME),
                values.get(MAX_CLOCK_SKEW),
                values.get(REPLY),
                values.at().key());
    }
}
