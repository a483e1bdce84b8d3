package io.ipipou.core.config;

/**
 * What to write for a value, in messages, in the schema and in the reference.
 *
 * @param form a noun phrase: {@code a UDP port from 1 to 65535}
 * @param example such a value in YAML; empty for none
 */
record Hint(String form, String example) {

    String write() {
        return "write " + phrase();
    }

    String add(String key) {
        return "add " + key + ": " + phrase();
    }

    private String phrase() {
        return example.isEmpty() ? form : form + ", such as " + example;
    }
}
