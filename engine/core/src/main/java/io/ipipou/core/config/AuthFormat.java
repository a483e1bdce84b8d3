package io.ipipou.core.config;

import static io.ipipou.core.config.ConfigSchema.object;
import static io.ipipou.core.config.Field.optional;
import static io.ipipou.core.config.Field.required;

import io.ipipou.core.config.FieldTable.Group;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The entries of {@code auth}: each has a scheme, and the settings that the scheme's plugin declares. */
final class AuthFormat {

    static final String SCHEME = "scheme";
    private static final String SCHEME_TEXT = "The auth plugin; `ipipou plugins` lists them.";

    private static final String FORM = "a mapping of scheme and the settings of the scheme";

    /** What could be read of an entry. */
    record Entry(String scheme, FieldTable table, FieldTable.Values settings) {}

    private final Field<String> scheme;
    private final SortedMap<String, FieldTable> schemes = new TreeMap<>();

    /** @param declared by the id of the scheme */
    AuthFormat(SortedMap<String, List<Setting>> declared) {
        this.scheme = required(SCHEME, Types.words(declared.keySet()), SCHEME_TEXT);
        declared.forEach((id, settings) -> schemes.put(id, table(id, settings)));
    }

    private static FieldTable table(String id, List<Setting> settings) {
        List<Field<?>> fields = new ArrayList<>();
        Map<String, Group> groups = new LinkedHashMap<>();
        for (Setting setting : settings) {
            Field<?> field = declared(setting);
            fields.add(field);
            groups.merge(
                    setting.group(), new Group(List.of(field), setting.requirement(), true), AuthFormat::alternatives);
        }
        List<Group> all = new ArrayList<>(groups.values());
        if (!fields.isEmpty() && all.stream().noneMatch(group -> group.need() == Requirement.ALWAYS)) {
            all.add(new Group(List.copyOf(fields), Requirement.ALWAYS, false)); // an empty entry would stand for anyone
        }
        fields.add(0, required(SCHEME, Types.words(List.of(id)), SCHEME_TEXT));
        return new FieldTable(FORM, false, all, fields);
    }

    private static Group alternatives(Group one, Group other) {
        List<Field<?>> fields = new ArrayList<>(one.fields());
        fields.addAll(other.fields());
        return new Group(fields, one.need(), true);
    }

    private static Field<?> declared(Setting setting) {
        String form = setting.description();
        ValueType<?> type =
                switch (setting.type()) {
                    case TEXT -> Types.matching(new Hint(form, ""), "[\\s\\S]+", "is empty");
                    case SECRET_TEXT -> SecretTypes.text(form);
                    case SECRET_BASE64 -> SecretTypes.base64(form, setting.bytes());
                    case BASE64 -> SecretTypes.bytes(form, setting.bytes());
                    case IPV4 -> NetworkTypes.IPV4;
                    case PORT -> NetworkTypes.PORT;
                    case DURATION -> Types.DURATION;
                    case BOOLEAN -> Types.FLAG;
                };
        return optional(setting.name(), type, "")
                .hint(form, type.hint().example())
                .warnIfAbsent(setting.warning());
    }

    ValueType<Entry> entries() {
        return new ValueType<>(Set.of(Node.Kind.MAPPING), new Hint(FORM, ""), this::schema, this::parse).named("auth");
    }

    private Optional<Entry> parse(Node value, Reading reading) {
        if (value.get(SCHEME).isEmpty()) {
            scheme.reportMissing(value, reading.problems());
        }
        return scheme.read(value, reading).map(id -> {
            FieldTable table = Objects.requireNonNull(schemes.get(id.value()));
            return new Entry(id.value(), table, table.read(value, reading));
        });
    }

    private Map<String, Object> schema(Map<String, Object> definitions) {
        List<Object> all = new ArrayList<>();
        schemes.forEach((id, table) -> all.add(object(
                "if",
                object("properties", object(SCHEME, object("const", id)), "required", List.of(SCHEME)),
                "then",
                table.type("").named("auth-" + id).schema().in(definitions))));
        return object(
                "type",
                "object",
                "required",
                List.of(SCHEME),
                "properties",
                object(SCHEME, scheme.schema(definitions)),
                "allOf",
                all);
    }
}
