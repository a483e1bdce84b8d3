package io.ipipou.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;

/** JSON as commands print it: indented, with a newline at the end. */
final class Json {

    private Json() {}

    /** @param document maps, lists, strings, numbers, booleans and nulls */
    static String write(Object document) {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
