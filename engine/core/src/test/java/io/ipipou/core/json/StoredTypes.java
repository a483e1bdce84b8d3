package io.ipipou.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.Set;

/** The records and enums that a stored document consists of. */
public final class StoredTypes {

    private final Set<Class<?>> found = new LinkedHashSet<>();

    private StoredTypes() {}

    /**
     * Asserts that every record and enum reachable from the documents has a name in the file, and so has each
     * component.
     */
    public static void assertNamed(RecordJson json, Class<?>... documents) {
        StoredTypes types = new StoredTypes();
        for (Class<?> document : documents) {
            types.add(document);
        }
        assertThat(types.found).hasSizeGreaterThan(documents.length);
        types.found.forEach(type -> {
            int members = type.isRecord() ? type.getRecordComponents().length : type.getEnumConstants().length;
            assertThat(json.names().of(type)).as(type.getName()).hasSize(members);
        });
    }

    private void add(Type type) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                add(argument);
            }
            return;
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isSealed()) {
            for (Class<?> implementation : plain.getPermittedSubclasses()) {
                add(implementation);
            }
        } else if ((plain.isEnum() || plain.isRecord()) && found.add(plain) && plain.isRecord()) {
            for (RecordComponent component : plain.getRecordComponents()) {
                add(component.getGenericType());
            }
        }
    }
}
