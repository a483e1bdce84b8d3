package io.ipipou.core.config;

import io.ipipou.core.config.SchemaCheck.Violation;
import io.ipipou.spi.state.Ipv4Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * Reads configuration files. It reads the secrets that the file names, and nothing else of the host; nothing is
 * resolved. Immutable; safe for use by several threads.
 */
public final class ConfigReader {

    private final KnownPlugins plugins;
    private final Function<String, Optional<String>> environment;
    private final ConfigSchema schema;
    private final SchemaCheck check;

    /** @param environment the value of an environment variable, empty when it is not set */
    public ConfigReader(KnownPlugins plugins, Function<String, Optional<String>> environment) {
        this.plugins = plugins;
        this.environment = environment;
        this.schema = ConfigSchema.of(plugins);
        this.check = new SchemaCheck(schema);
    }

    /** Reads variables of this process's environment. */
    public ConfigReader(KnownPlugins plugins) {
        this(plugins, name -> Optional.ofNullable(System.getenv(name)));
    }

    /** @throws ConfigException with all the mistakes that the file has; of YAML's syntax the first one only */
    public LoadedConfig read(Source source) throws ConfigException {
        Problems problems = new Problems();
        String text = SourceText.decode(source, problems);
        Value root = Value.root(YamlReader.read(source.name(), text, problems));
        Hints hints = new Hints(schema, root);
        SchemaMessages messages = new SchemaMessages(problems, hints);
        List<Violation> violations = violations(root, messages, problems);

        FieldReader fields = new FieldReader(problems, hints);
        GlobalSettings settings = settings(root, fields);
        SecretReader secrets = new SecretReader(source.secrets(), environment, problems);
        AuthReader authReader = new AuthReader(plugins, fields, secrets, problems);
        SortedMap<String, Auth> auth = authReader.read(root);
        PeerReader peerReader = new PeerReader(fields, problems);
        SortedMap<String, Peer> peers = peerReader.read(root, auth);
        List<TunnelDraft> tunnels = new TunnelReader(root, peers, peerReader, fields).read();
        TunnelRules rules = new TunnelRules(root, authReader, messages, problems);
        for (TunnelDraft tunnel : tunnels) {
            rules.check(tunnel);
            problems.throwIfFull();
        }
        new Conflicts(settings.aliasRange(), problems).check(tunnels);

        violations.forEach(messages::rest);
        problems.throwIfAny();
        List<Tunnel> finished = tunnels.stream().map(TunnelDraft::toTunnel).toList();
        return new LoadedConfig(new Config(settings, auth, peers, finished), problems.warnings());
    }

    private List<Violation> violations(Value root, SchemaMessages messages, Problems problems) throws ConfigException {
        List<Violation> violations = new ArrayList<>();
        for (Node part : SchemaCheck.parts(root.node())) {
            List<Violation> found = check.violations(root, part);
            found.forEach(messages::report);
            violations.addAll(found);
            problems.throwIfFull();
        }
        return violations;
    }

    private static GlobalSettings settings(Value root, FieldReader fields) {
        Map<String, Value> given = root.get("settings").map(Value::entries).orElse(Map.of());
        GlobalSettings otherwise = GlobalSettings.DEFAULT;
        Optional<Ipv4Prefix> aliasRange =
                Optional.ofNullable(given.get("aliasRange")).flatMap(fields::prefix);
        return new GlobalSettings(
                Optional.ofNullable(given.get("backend")).flatMap(fields::text).orElse(otherwise.backend()),
                Optional.ofNullable(given.get("nftTable")).flatMap(fields::text).orElse(otherwise.nftTable()),
                Optional.ofNullable(given.get("queue")).flatMap(fields::number).orElse(otherwise.queue()),
                aliasRange.orElse(otherwise.aliasRange()));
    }
}
