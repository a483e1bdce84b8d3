package io.ipipou.core.config;

import static io.ipipou.core.config.Field.field;

import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** An entry of {@code auth}: a scheme, and the settings that the scheme's plugin declares. */
final class AuthEntryType extends ValueType<AuthEntryType.AuthValues> {

    /** What could be read of an entry. */
    record AuthValues(String scheme, FieldValues settings) {}

    static final String SCHEME = "scheme";

    private final Field<String> scheme;
    private final SortedMap<String, MappingType> schemes = new TreeMap<>();

    AuthEntryType(Map<String, List<Setting>> declared) {
        super("auth", Set.of(Node.Kind.MAPPING), new Hint("a mapping of scheme and the settings of the scheme", ""));
        this.scheme = field(
                        SCHEME,
                        WordType.words(new TreeMap<>(declared).keySet()),
                        "The auth plugin; `ipipou plugins` lists them.")
                .required();
        declared.forEach((id, settings) -> schemes.put(id, mapping(id, settings)));
    }

    /** By the scheme's id. */
    SortedMap<String, MappingType> schemes() {
        return schemes;
    }

    private MappingType mapping(String id, List<Setting> settings) {
        Field<String> own = field(SCHEME, WordType.word(id, id), scheme.description());
        List<Field<?>> fields = new ArrayList<>(List.of(own.required()));
        Map<String, List<Field<?>>> byGroup = new LinkedHashMap<>();
        List<String> needed = new ArrayList<>();
        for (Setting setting : settings) {
            Field<?> field = Types.declared(setting);
            fields.add(field);
            byGroup.computeIfAbsent(setting.group(), group -> new ArrayList<>()).add(field);
            if (setting.requirement() == Requirement.ALWAYS) {
                needed.add(setting.group());
            }
        }
        List<Group> groups = new ArrayList<>();
        byGroup.forEach((name, group) -> groups.add(new Group(group, needed.contains(name), true)));
        if (needed.isEmpty() && fields.size() > 1) { // an entry that says nothing would stand for anyone
            groups.add(new Group(List.copyOf(fields.subList(1, fields.size())), true, false));
        }
        return new MappingType("auth-" + id, hint(), false, groups, fields);
    }

    @Override
    Optional<AuthValues> parse(Value value, Reading reading) {
        Optional<String> id = scheme.read(value, reading).map(At::value);
        if (value.get(scheme.key()).isEmpty()) {
            reading.problems().missing(value, "scheme is missing", scheme.hint().add(scheme.key()));
        }
        return id.flatMap(
                known -> schemes.get(known).parse(value, reading).map(settings -> new AuthValues(known, settings)));
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        List<Object> all = new ArrayList<>();
        schemes.forEach((id, mapping) -> all.add(Definitions.object(
                "if",
                Definitions.object(
                        "properties",
                        Definitions.object(scheme.key(), Definitions.object("const", id)),
                        "required",
                        List.of(scheme.key())),
                "then",
                mapping.schema(definitions))));
        return Definitions.object(
                "type",
                "object",
                "required",
                List.of(scheme.key()),
                "properties",
                Definitions.object(scheme.key(), scheme.schema(definitions)),
                "allOf",
                all);
    }
}
