package io.ipipou.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordJsonTest {

    public enum Colour {
        RED,
        GREEN
    }

    public sealed interface Shape {}

    public record Circle(int radius) implements Shape {}

    public record Square(int side) implements Shape {}

    public record Drawing(List<Shape> shapes, Optional<Colour> colour) {}

    private static final RecordJson JSON = new RecordJson(new StoredNames()
            .with(Drawing.class, "items", "ink")
            .with(Colour.class, "red", "green")
            .kind(Circle.class, "round", "r")
            .kind(Square.class, "square", "a"));

    @Test
    void usesTheStoredNames() throws Exception {
        Drawing drawing = new Drawing(List.of(new Circle(1), new Square(2)), Optional.of(Colour.GREEN));
        String text = Json.line(JSON.encode(drawing));
        assertThat(text)
                .isEqualTo("{\"items\":[{\"is\":\"round\",\"r\":1},{\"is\":\"square\",\"a\":2}],\"ink\":\"green\"}");
        assertThat(JSON.decode(Json.read(text), Drawing.class)).isEqualTo(drawing);
    }

    @Test
    void rejectsADocumentWithOtherNames() throws Exception {
        for (String text : List.of(
                "{\"items\":[]}",
                "{\"items\":[{\"is\":\"Circle\",\"r\":1}],\"ink\":null}",
                "{\"items\":[],\"ink\":\"GREEN\"}",
                "{\"items\":{},\"ink\":null}",
                "[]")) {
            JsonNode document = Json.read(text);
            assertThatThrownBy(() -> JSON.decode(document, Drawing.class))
                    .as(text)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aRecordWithoutStoredNamesCannotBeWritten() {
        RecordJson none = new RecordJson(new StoredNames());
        assertThatThrownBy(() -> none.encode(new Circle(1))).hasMessageContaining("Circle has no stored names");
    }

    @Test
    void aComponentWithoutAStoredNameIsAnError() {
        StoredNames names = new StoredNames();
        assertThatThrownBy(() -> names.with(Drawing.class, "items"))
                .hasMessageContaining("needs 2 different stored names");
        assertThatThrownBy(() -> names.with(Drawing.class, "items", "items")).hasMessageContaining("needs 2");
        assertThatThrownBy(() -> names.with(Colour.class, "red", "green", "blue"))
                .hasMessageContaining("needs 2");
    }
}
