package io.ipipou.core.config;

import io.ipipou.core.config.AuthEntryType.AuthValues;
import io.ipipou.core.config.TunnelEntry.PeerEntry;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.LinkName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads configuration files. It reads the secrets that the file names, and nothing else of the host; nothing is
 * resolved. Immutable; safe for use by several threads.
 */
public final class ConfigReader {

    private final KnownPlugins plugins;
    private final Function<String, Optional<String>> environment;
    private final FileFormat format;

    /** @param environment the value of an environment variable, empty when it is not set */
    public ConfigReader(KnownPlugins plugins, Function<String, Optional<String>> environment) {
        this.plugins = plugins;
        this.environment = environment;
        this.format = new FileFormat(plugins);
    }

    /** Reads variables of this process's environment. */
    public ConfigReader(KnownPlugins plugins) {
        this(plugins, name -> Optional.ofNullable(System.getenv(name)));
    }

    /** @throws ConfigException with all the mistakes that the file has; of YAML's syntax the first one only */
    public LoadedConfig read(Source source) throws ConfigException {
        Problems problems = new Problems();
        Value root = Value.root(YamlReader.read(SourceText.decode(source, problems), problems));
        MappingType type = format.file();
        Optional<FieldValues> file = type.read(
                root, new Reading(root, problems, new SecretSources(source.secrets(), environment)), type.hint());
        problems.throwIfFull();
        Optional<Config> config = file.isEmpty() ? Optional.empty() : Optional.of(config(file.get(), problems));
        problems.throwIfAny();
        return new LoadedConfig(config.orElseThrow(), problems.warnings());
    }

    private Config config(FieldValues file, Problems problems) throws ConfigException {
        Map<String, At<AuthValues>> entries =
                file.find(format.auth()).map(At::value).orElse(Map.of());
        SortedMap<String, Auth> auth = new TreeMap<>();
        entries.forEach((name, entry) -> auth.put(name, auth(name, entry)));
        Map<String, PeerEntry> peers = peers(file, auth);
        List<TunnelEntry> tunnels = tunnels(file, peers);

        GlobalSettings settings = format.settings(file);
        TunnelRules rules = new TunnelRules(new AuthRules(plugins, entries, problems), problems);
        for (TunnelEntry tunnel : tunnels) {
            rules.check(tunnel);
            problems.throwIfFull();
        }
        new Conflicts(settings.aliasRange(), problems).check(tunnels);
        problems.throwIfAny();

        SortedMap<String, Peer> named = new TreeMap<>();
        peers.forEach((name, entry) -> named.put(name, entry.peer()));
        return new Config(
                settings,
                auth,
                named,
                tunnels.stream().map(ConfigReader::tunnel).toList());
    }

    private static Auth auth(String name, At<AuthValues> entry) {
        Map<String, Object> settings = new HashMap<>();
        entry.value().settings().values().forEach((field, setting) -> settings.put(field.key(), setting.value()));
        settings.remove(AuthEntryType.SCHEME);
        return new Auth(
                name, entry.value().scheme(), new Settings(settings), entry.at().key());
    }

    private static Map<String, PeerEntry> peers(FieldValues file, Map<String, Auth> auth) {
        Map<String, PeerEntry> peers = new HashMap<>();
        file.find(FileFormat.PEERS).map(At::value).orElse(Map.of()).forEach((name, entry) -> {
            FieldValues values = entry.value();
            Optional<Auth> used = values.find(FileFormat.PEER_AUTH)
                    .flatMap(reference -> Optional.ofNullable(auth.get(reference.value())));
            Optional<RemoteEndpoint> endpoint = values.find(FileFormat.ENDPOINT).map(At::value);
            peers.put(
                    name,
                    new PeerEntry(new Peer(name, endpoint, used, entry.at().key()), values));
        });
        return peers;
    }

    private static List<TunnelEntry> tunnels(FieldValues file, Map<String, PeerEntry> peers) {
        List<TunnelEntry> tunnels = new ArrayList<>();
        file.find(FileFormat.TUNNELS).map(At::value).orElse(Map.of()).forEach((name, entry) -> {
            Optional<PeerEntry> peer = entry.value()
                    .find(TunnelFields.PEER)
                    .flatMap(reference -> Optional.ofNullable(peers.get(reference.value())));
            tunnels.add(new TunnelEntry(name, entry.value(), peer));
        });
        return tunnels;
    }

    /** Of an entry that nothing is wrong with. */
    private static Tunnel tunnel(TunnelEntry entry) {
        return TunnelFields.tunnel(
                new LinkName(entry.name()), entry.peer().orElseThrow().peer(), entry.values());
    }
}
