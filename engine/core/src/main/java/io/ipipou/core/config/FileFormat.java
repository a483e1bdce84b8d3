package io.ipipou.core.config;

import static io.ipipou.core.config.Field.optional;
import static io.ipipou.core.config.Field.required;

import io.ipipou.core.config.FieldTable.Group;
import io.ipipou.core.config.FieldTable.Values;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.state.Ipv4Prefix;
import java.util.List;
import java.util.Map;

/** The whole file, as it can be with certain plugins. Immutable. */
final class FileFormat {

    /** The key of what every tunnel inherits. */
    static final String DEFAULTS = "defaults";

    static final String NAME_PATTERN = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}";
    private static final String DEFAULT_BACKEND = "netlink";

    /** Of a peer or an auth entry. */
    private static final ValueType<String> NAME = Types.matching(
                    new Hint("a name of letters, digits, '_', '-' and '.', at most 63 characters", "branch-1"),
                    NAME_PATTERN,
                    "is not a valid name")
            .named("name");

    private static final Field<String> NFT_TABLE = optional(
                    "nftTable",
                    "ipipou",
                    Types.matching(new Hint("", ""), "[A-Za-z][A-Za-z0-9_.-]{0,31}", "is not a valid table name"),
                    "The nftables table (family ip) that holds the gate. ipipou manages all of it.")
            .hint("a letter, and then up to 31 letters, digits, '_', '-' and '.'", "ipipou");
    private static final Field<Integer> QUEUE = optional(
            "queue",
            "0",
            Types.number("an NFQUEUE number", 0, 65535, "10"),
            "The netfilter queue that the gate sends authentication packets to. No other program can use it.");
    private static final Field<Ipv4Prefix> ALIAS_RANGE = optional(
                    "aliasRange",
                    "172.29.0.0/16",
                    NetworkTypes.prefix(30),
                    "Private addresses that let the kernel tell peers behind the same NAT address apart.")
            .hint("an IPv4 prefix of at most 30 bits", "172.29.0.0/16");

    static final Field<RemoteEndpoint> ENDPOINT = optional(
            "endpoint",
            NetworkTypes.ENDPOINT,
            "Where the peer is. Without it, the endpoint is learnt when the peer authenticates.");
    static final Field<List<At<RemoteEndpoint>>> ENDPOINTS = optional(
            "endpoints",
            Types.distinctListOf(
                    new Hint("a list of endpoints", "[\"hub1.example.net:10000\", \"198.51.100.1:10000\"]"),
                    NetworkTypes.ENDPOINT),
            "Several ways to one server, in the order in which they are tried: the next when one does not respond. endpoint: X"
                    + " is short for a list of one. Only for peers of client tunnels.");
    static final Field<String> PEER_AUTH = optional(
            "auth",
            Types.nameIn("auth"),
            "In a server tunnel, how the peer authenticates; in a client tunnel, how this host does.");
    static final FieldTable PEER = new FieldTable(
            "a mapping of endpoint and auth",
            false,
            List.of(new Group(List.of(ENDPOINT, ENDPOINTS), Requirement.NEVER, true)),
            List.of(ENDPOINT, ENDPOINTS, PEER_AUTH));

    private static final Field<String> API_VERSION =
            required("apiVersion", Types.words(List.of("ipipou/v1")), "The version of the file format.");
    private static final Field<Values> TUNNEL_DEFAULTS =
            optional(DEFAULTS, TunnelFields.TABLE.defaults().named("tunnel"), "Settings that every tunnel inherits.");
    static final Field<Map<String, At<Values>>> PEERS = optional(
            "peers",
            Types.section(
                    "a mapping of names to peers",
                    NAME,
                    PEER.type("{endpoint: \"hub.example.net:10000\"}").named("peer"),
                    ""),
            "The other ends of the tunnels.");
    static final Field<Map<String, At<Values>>> TUNNELS = required(
            "tunnels",
            Types.section(
                    "a mapping of interface names to tunnels",
                    NetworkTypes.TUNNEL_NAME,
                    TunnelFields.TABLE.type("").named("tunnel"),
                    DEFAULTS),
            "The tunnels of this host. ipipou removes a tunnel that it manages and that is not listed.");

    private final Field<String> backend;
    private final FieldTable settingsTable;
    private final Field<Values> settings;
    private final Field<Map<String, At<AuthFormat.Entry>>> auth;
    private final FieldTable file;

    FileFormat(KnownPlugins plugins) {
        this.backend = optional("backend", Types.words(plugins.backends()), "The plugin that changes the kernel.")
                .withDefault(DEFAULT_BACKEND, DEFAULT_BACKEND);
        this.settingsTable = new FieldTable(
                "a mapping of backend, nftTable, queue and aliasRange",
                false,
                List.of(),
                List.of(backend, NFT_TABLE, QUEUE, ALIAS_RANGE));
        this.settings = optional("settings", settingsTable.type(""), "Settings of the host.");
        this.auth = optional(
                "auth",
                Types.section(
                        "a mapping of names to auth entries",
                        NAME,
                        new AuthFormat(plugins.authSchemes()).entries(),
                        ""),
                "How peers and this host authenticate.");
        this.file = new FieldTable(
                "a mapping with apiVersion and tunnels",
                false,
                List.of(),
                List.of(API_VERSION, settings, TUNNEL_DEFAULTS, auth, PEERS, TUNNELS));
    }

    /** Of a peer; empty if it has none. */
    static List<RemoteEndpoint> endpoints(Values peer) {
        return peer.find(ENDPOINT)
                .map(endpoint -> List.of(endpoint.value()))
                .or(() -> peer.find(ENDPOINTS)
                        .map(list -> list.value().stream().map(At::value).toList()))
                .orElse(List.of());
    }

    FieldTable file() {
        return file;
    }

    FieldTable settings() {
        return settingsTable;
    }

    Field<Map<String, At<AuthFormat.Entry>>> auth() {
        return auth;
    }

    GlobalSettings settings(Values file) {
        return file.find(settings)
                .map(At::value)
                .map(given -> new GlobalSettings(
                        given.get(backend), given.get(NFT_TABLE), given.get(QUEUE), given.get(ALIAS_RANGE)))
                .orElse(GlobalSettings.DEFAULT);
    }

    static GlobalSettings defaultSettings() {
        return new GlobalSettings(
                DEFAULT_BACKEND, NFT_TABLE.defaultValue(), QUEUE.defaultValue(), ALIAS_RANGE.defaultValue());
    }
}
