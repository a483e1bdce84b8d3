package io.ipipou.core.config;

import io.ipipou.core.config.FieldTable.Values;
import io.ipipou.spi.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads configuration files. Of the host it reads only the secrets that the file names, and the names of routing tables;
 * nothing is resolved. Immutable; safe for use by several threads.
 */
public final class ConfigReader {

    private final KnownPlugins plugins;
    private final Function<String, Optional<String>> environment;
    private final List<Path> tableDirectories;
    private final FileFormat format;

    /** @param environment the value of an environment variable, empty when it is not set */
    public ConfigReader(KnownPlugins plugins, Function<String, Optional<String>> environment) {
        this(plugins, environment, RoutingTables.DIRECTORIES);
    }

    /** @param tableDirectories with {@code rt_tables} */
    ConfigReader(KnownPlugins plugins, Function<String, Optional<String>> environment, List<Path> tableDirectories) {
        this.plugins = plugins;
        this.environment = environment;
        this.tableDirectories = List.copyOf(tableDirectories);
        this.format = new FileFormat(plugins);
    }

    /** Reads variables of this process's environment. */
    public ConfigReader(KnownPlugins plugins) {
        this(plugins, name -> Optional.ofNullable(System.getenv(name)));
    }

    /** @throws ConfigException with all the mistakes that the file has; of YAML's syntax the first one only */
    public LoadedConfig read(Source source) throws ConfigException {
        Problems problems = new Problems();
        Node root = YamlReader.read(SourceText.decode(source, problems), problems);
        SecretSources secrets = new SecretSources(source.secrets(), environment);
        Reading reading = new Reading(root, problems, secrets, new RoutingTables(tableDirectories));
        ValueType<Values> type = format.file().type("");
        Optional<Values> file = type.read(root, reading, type.hint());
        problems.throwIfFull();
        Optional<Config> config = file.isEmpty() ? Optional.empty() : Optional.of(config(file.get(), problems));
        problems.throwIfAny();
        return new LoadedConfig(config.orElseThrow(), problems.warnings());
    }

    private Config config(Values file, Problems problems) throws ConfigException {
        Map<String, At<AuthFormat.Entry>> entries = section(file, format.auth());
        SortedMap<String, Auth> auth = new TreeMap<>();
        entries.forEach((name, entry) -> auth.put(name, auth(name, entry)));
        SortedMap<String, Peer> peers = new TreeMap<>();
        section(file, FileFormat.PEERS).forEach((name, entry) -> peers.put(name, peer(name, entry, auth)));
        List<TunnelEntry> tunnels = new ArrayList<>();
        section(file, FileFormat.TUNNELS).forEach((name, entry) -> {
            Optional<Peer> peer = entry.value()
                    .find(TunnelFields.PEER)
                    .flatMap(reference -> Optional.ofNullable(peers.get(reference.value())));
            tunnels.add(new TunnelEntry(name, entry.value(), peer));
        });

        GlobalSettings settings = format.settings(file);
        TunnelRules rules = new TunnelRules(
                section(file, FileFormat.PEERS), new AuthRules(plugins.authCheck(), entries, problems), problems);
        for (TunnelEntry tunnel : tunnels) {
            rules.check(tunnel);
            problems.throwIfFull();
        }
        new Conflicts(settings.aliasRange(), problems).check(tunnels);
        problems.throwIfAny();
        return new Config(
                settings, auth, peers, tunnels.stream().map(TunnelEntry::tunnel).toList());
    }

    private static <T> Map<String, At<T>> section(Values file, Field<Map<String, At<T>>> field) {
        return file.find(field).map(At::value).orElse(Map.of());
    }

    private static Auth auth(String name, At<AuthFormat.Entry> entry) {
        Map<String, Object> settings = new HashMap<>();
        entry.value().settings().read().forEach((field, setting) -> settings.put(field.key(), setting.value()));
        settings.remove(AuthFormat.SCHEME);
        return new Auth(
                name, entry.value().scheme(), new Settings(settings), entry.at().key());
    }

    private static Peer peer(String name, At<Values> entry, Map<String, Auth> auth) {
        return new Peer(
                name,
                FileFormat.endpoints(entry.value()),
                entry.value()
                        .find(FileFormat.PEER_AUTH)
                        .flatMap(reference -> Optional.ofNullable(auth.get(reference.value()))),
                entry.at().key());
    }
}
