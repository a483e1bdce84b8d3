package io.ipipou.core.config;

import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.Settings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads the entries of {@code auth}. */
final class AuthReader {

    private final Map<String, List<Setting>> schemes;
    private final KnownPlugins.AuthCheck plugins;
    private final FieldReader fields;
    private final SecretReader secrets;
    private final Problems problems;
    private final Set<String> checked = new HashSet<>();

    AuthReader(KnownPlugins plugins, FieldReader fields, SecretReader secrets, Problems problems) {
        this.schemes = plugins.authSchemes();
        this.plugins = plugins.authCheck();
        this.fields = fields;
        this.secrets = secrets;
        this.problems = problems;
    }

    SortedMap<String, Auth> read(Value root) {
        SortedMap<String, Auth> entries = new TreeMap<>();
        root.get("auth").map(Value::entries).orElse(Map.of()).forEach((name, entry) -> declared(entry)
                .ifPresent(settings -> entries.put(name, entry(name, entry, settings))));
        return entries;
    }

    private Auth entry(String name, Value entry, List<Setting> declared) {
        Map<String, Object> values = new HashMap<>();
        for (Setting setting : declared) {
            Optional<Value> given = entry.get(setting.name());
            given.flatMap(value -> value(value, setting)).ifPresent(value -> values.put(setting.name(), value));
            if (given.isEmpty() && !setting.warning().isEmpty()) {
                problems.warning(entry, setting.warning(), add(setting));
            }
        }
        AuthSchema.groups(declared).values().forEach(group -> alternatives(entry, group));
        if (!declared.isEmpty()
                && declared.stream()
                        .noneMatch(s -> s.requirement() == Requirement.ALWAYS
                                || entry.get(s.name()).isPresent())) {
            problems.error(entry, "says nothing but its scheme", "add " + names(declared));
        }
        return new Auth(name, scheme(entry).orElse(""), new Settings(values), entry.key());
    }

    private void alternatives(Value entry, List<Setting> group) {
        List<Setting> given =
                group.stream().filter(s -> entry.get(s.name()).isPresent()).toList();
        if (given.size() > 1) {
            problems.error(entry, "has both " + names(given, " and "), "keep one of them");
        }
        if (given.isEmpty() && group.get(0).requirement() == Requirement.ALWAYS) {
            problems.error(entry, "has no " + names(group), add(group.get(0)));
        }
    }

    /**
     * Checks, once, that the entry is fit for what a tunnel uses it for.
     *
     * @param use what for, as messages say it
     */
    void check(Auth auth, Value entry, Requirement need, String use) {
        if (!checked.add(auth.name() + " " + need)) {
            return;
        }
        Optional<List<Setting>> lacking = lacking(entry, need);
        if (lacking.isPresent()) {
            String message = "has no " + names(lacking.get()) + ", " + use;
            problems.error(entry, message, add(lacking.get().get(0)));
        } else if (complete(auth, entry)) {
            askPlugin(auth, entry, need);
        }
    }

    private boolean complete(Auth auth, Value entry) {
        return !problems.isFlagged(entry)
                && declared(entry)
                        .filter(settings -> settings.stream()
                                .allMatch(s -> entry.get(s.name()).isEmpty()
                                        || auth.settings().names().contains(s.name())))
                        .isPresent();
    }

    private void askPlugin(Auth auth, Value entry, Requirement need) {
        try {
            plugins.check(auth.scheme(), auth.settings(), need);
        } catch (InvalidSettingException e) {
            Value at = entry.get(e.setting()).orElse(entry);
            problems.error(at.position(), at.path(), Objects.toString(e.getMessage(), "is not usable"), "");
        } catch (RuntimeException e) { // its message may hold what must not be shown
            String message = "the plugin of scheme " + auth.scheme() + " failed: "
                    + e.getClass().getName();
            problems.error(entry.position(), entry.path(), message, "report it to the plugin's author");
        }
    }

    /** The first group of settings that are needed for this and not there. */
    private Optional<List<Setting>> lacking(Value entry, Requirement need) {
        return declared(entry).map(AuthSchema::groups).flatMap(groups -> groups.values().stream()
                .filter(group -> group.get(0).requirement() == need
                        && group.stream().noneMatch(s -> entry.get(s.name()).isPresent()))
                .findFirst());
    }

    private Optional<List<Setting>> declared(Value entry) {
        return scheme(entry).map(schemes::get);
    }

    private static Optional<String> scheme(Value entry) {
        return entry.get("scheme").flatMap(scheme -> scheme.scalar(Node.Kind.TEXT));
    }

    private static String add(Setting setting) {
        return "add " + setting.name() + ", " + setting.description();
    }

    private static String names(List<Setting> settings) {
        return names(settings, " or ");
    }

    private static String names(List<Setting> settings, String separator) {
        return settings.stream().map(Setting::name).collect(Collectors.joining(separator));
    }

    private Optional<?> value(Value value, Setting setting) {
        return switch (setting.type()) {
            case TEXT -> fields.text(value);
            case SECRET_TEXT -> secrets.text(value);
            case SECRET_BASE64 -> secrets.base64(value, setting);
            case BASE64 ->
                fields.text(value)
                        .flatMap(text -> secrets.decode(value, setting, text))
                        .map(Settings.Bytes::new);
            case IPV4 -> fields.ipv4(value);
            case PORT -> fields.number(value);
            case DURATION -> fields.duration(value);
            case BOOLEAN -> fields.flag(value);
        };
    }
}
