package io.ipipou.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonTest {

    private static final ObjectMapper JACKSON = new ObjectMapper();

    @Provide
    Arbitrary<Object> documents() {
        Arbitrary<Object> scalars = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(20),
                Arbitraries.integers(),
                Arbitraries.longs(),
                Arbitraries.bigIntegers(),
                Arbitraries.doubles(),
                Arbitraries.of(true, false).injectNull(0.3));
        return Arbitraries.recursive(
                () -> scalars,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(4).map(list -> list),
                        Arbitraries.maps(Arbitraries.strings().ofMaxLength(8), inner)
                                .ofMaxSize(4)
                                .map(map -> map)),
                0,
                3);
    }

    @Property(tries = 300)
    void jacksonReadsWhatIsWritten(@ForAll("documents") Object document) throws Exception {
        for (String written : List.of(Json.line(document), Json.pretty(document))) {
            assertThat(JACKSON.readTree(written)).isEqualTo(JACKSON.readTree(JACKSON.writeValueAsString(document)));
            assertThat(Json.read(written)).isEqualTo(JACKSON.readTree(written));
        }
    }

    @Property(tries = 1000)
    void anyTextIsReadOrRejected(@ForAll String text) {
        try {
            Json.read(text);
        } catch (JsonProcessingException e) {
            assertThat(e.getOriginalMessage()).isNotEmpty();
        }
    }

    @Example
    void writesOnOneLineOrIndented() {
        Map<String, Object> document = Map.of("at", List.of(Instant.EPOCH, "a\nb"));
        assertThat(Json.line(document)).isEqualTo("{\"at\":[\"1970-01-01T00:00:00Z\",\"a\\nb\"]}");
        assertThat(Json.pretty(Map.of("a", Map.of()))).isEqualTo("{\n  \"a\": { }\n}\n");
    }

    @Example
    void rejectsTextThatIsNotExactlyOneValue() {
        for (String text : List.of("", " ", "1 2", "{} x", "[1,", "{\"a\"}", "NaN", "]", "[".repeat(1 << 20))) {
            assertThatThrownBy(() -> Json.read(text)).as(text).isInstanceOf(JsonProcessingException.class);
        }
    }
}
