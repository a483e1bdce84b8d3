package io.ipipou.core.config;

import java.util.List;

/**
 * The reading of one file.
 *
 * @param root the file, for values that refer to other parts of it
 * @param tables the routing tables of the host
 * @param inDefaults whether under {@code defaults}, where nothing is required
 */
record Reading(Node root, Problems problems, SecretSources secrets, RoutingTables tables, boolean inDefaults) {

    Reading(Node root, Problems problems, SecretSources secrets, RoutingTables tables) {
        this(root, problems, secrets, tables, false);
    }

    /** Of a default of the table, which is right. */
    static Reading of(Node value) {
        return new Reading(value, new Problems(), SecretSources.NONE, new RoutingTables(List.of()));
    }

    Reading ofDefaults() {
        return new Reading(root, problems, secrets, tables, true);
    }
}
