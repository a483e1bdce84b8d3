package io.ipipou.core.config;

/**
 * The reading of one file.
 *
 * @param root the file, for values that refer to other parts of it
 * @param inDefaults whether under {@code defaults}, where nothing is required
 */
record Reading(Node root, Problems problems, SecretSources secrets, boolean inDefaults) {

    Reading(Node root, Problems problems, SecretSources secrets) {
        this(root, problems, secrets, false);
    }

    /** Of a default of the table, which is right. */
    static Reading of(Node value) {
        return new Reading(value, new Problems(), SecretSources.NONE);
    }

    Reading ofDefaults() {
        return new Reading(root, problems, secrets, true);
    }
}
