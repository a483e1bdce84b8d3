package io.ipipou.core.config;

import static io.ipipou.core.config.Field.field;

import io.ipipou.core.config.AuthEntryType.AuthValues;
import io.ipipou.spi.state.Ipv4Prefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole file, as these plugins let it be. Immutable. */
final class FileFormat {

    /** The key of what every tunnel inherits. */
    static final String DEFAULTS = "defaults";

    private static final String DEFAULT_BACKEND = "netlink";

    private static final Field<String> NFT_TABLE = field(
                    "nftTable",
                    TextType.matching(
                            "",
                            new Hint(
                                    "the name of an nftables table: a letter, and then letters, digits, '_', '-' or '.', at"
                                            + " most 32 characters",
                                    "ipipou"),
                            "[A-Za-z][A-Za-z0-9_.-]{0,31}",
                            "is not a valid table name"),
                    "The nftables table (family ip) that holds the gate. ipipou manages all of it.")
            .byDefault("ipipou");
    private static final Field<Integer> QUEUE = field(
                    "queue",
                    new NumberType("", "an NFQUEUE number", 0, 65535, "10"),
                    "The netfilter queue that the gate sends authentication packets to. No other program can use it.")
            .byDefault("0");
    private static final Field<Ipv4Prefix> ALIAS_RANGE = field(
                    "aliasRange",
                    Types.prefix(30),
                    "Private addresses that let the kernel tell peers behind the same NAT address apart.")
            .suchAs("172.29.0.0/16")
            .byDefault("172.29.0.0/16");

    static final Field<RemoteEndpoint> ENDPOINT = field(
            "endpoint",
            Types.ENDPOINT,
            "Where the peer is. Without it, the endpoint is learnt when the peer authenticates.");
    static final Field<String> PEER_AUTH = field(
            "auth",
            new ReferenceType("auth"),
            "In a server tunnel, how the peer authenticates; in a client tunnel, how this host does.");
    static final MappingType PEER = new MappingType(
            "peer",
            new Hint("a mapping of endpoint and auth", "{endpoint: \"hub.example.net:10000\"}"),
            false,
            List.of(),
            List.of(ENDPOINT, PEER_AUTH));

    private static final Field<String> API_VERSION = field(
                    "apiVersion", WordType.words(List.of("ipipou/v1")), "The version of the file format.")
            .required();
    private static final Field<FieldValues> TUNNEL_DEFAULTS =
            field(DEFAULTS, new DefaultsType(TunnelFields.TUNNEL), "Settings that every tunnel inherits.");
    static final Field<Map<String, At<FieldValues>>> PEERS = field(
            "peers",
            new SectionType<>(new Hint("a mapping of names to peers", ""), Types.NAME, PEER, Optional.empty()),
            "The other ends of the tunnels.");
    static final Field<Map<String, At<FieldValues>>> TUNNELS = field(
                    "tunnels",
                    new SectionType<>(
                            new Hint("a mapping of interface names to tunnels", "{}"),
                            Types.TUNNEL_NAME,
                            TunnelFields.TUNNEL,
                            Optional.of(DEFAULTS)),
                    "The tunnels of this host. ipipou removes a tunnel that it manages and that is not listed.")
            .required();

    private final Field<String> backend;
    private final Field<FieldValues> settings;
    private final Field<Map<String, At<AuthValues>>> auth;
    private final MappingType file;

    FileFormat(KnownPlugins plugins) {
        this.backend = field("backend", WordType.words(plugins.backends()), "The plugin that changes the kernel.")
                .byDefault(DEFAULT_BACKEND);
        this.settings = field(
                "settings",
                new MappingType(
                        "",
                        new Hint("a mapping of backend, nftTable, queue and aliasRange", ""),
                        false,
                        List.of(),
                        List.of(backend, NFT_TABLE, QUEUE, ALIAS_RANGE)),
                "Settings of the host.");
        this.auth = field(
                "auth",
                new SectionType<>(
                        new Hint("a mapping of names to auth entries", ""),
                        Types.NAME,
                        new AuthEntryType(plugins.authSchemes()),
                        Optional.empty()),
                "How peers and this host authenticate.");
        this.file = new MappingType(
                "",
                new Hint("a mapping with apiVersion and tunnels", ""),
                false,
                List.of(),
                List.of(API_VERSION, settings, TUNNEL_DEFAULTS, auth, PEERS, TUNNELS));
    }

    MappingType file() {
        return file;
    }

    Field<Map<String, At<AuthValues>>> auth() {
        return auth;
    }

    GlobalSettings settings(FieldValues given) {
        return given.find(settings)
                .map(At::value)
                .map(values -> new GlobalSettings(
                        values.find(backend).map(At::value).orElse(DEFAULT_BACKEND),
                        values.get(NFT_TABLE),
                        values.get(QUEUE),
                        values.get(ALIAS_RANGE)))
                .orElseGet(FileFormat::defaultSettings);
    }

    static GlobalSettings defaultSettings() {
        return new GlobalSettings(
                DEFAULT_BACKEND, NFT_TABLE.defaultValue(), QUEUE.defaultValue(), ALIAS_RANGE.defaultValue());
    }
}
