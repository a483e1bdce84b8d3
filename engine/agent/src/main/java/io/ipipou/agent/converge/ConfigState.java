package io.ipipou.agent.converge;

/** What the agent does with its configuration. */
public enum ConfigState {
    /** Keeps the host matching it. */
    IN_FORCE("in force"),
    /** Repairs nothing and applies nothing else: it awaits confirmation. */
    UNCONFIRMED("awaits confirmation: nothing is repaired, and no other configuration is applied"),
    /** Keeps the host matching the one before it. */
    ROLLED_BACK("rolled back: the configuration before it is in force"),
    /** Repairs nothing: it was rolled back, and the one before it is unknown, because another process applied it. */
    SUSPENDED("rolled back, and the configuration before it is unknown: nothing is repaired until ipipou apply");

    private final String text;

    ConfigState(String text) {
        this.text = text;
    }

    /** Whether the agent repairs drift. */
    boolean allowsRepairs() {
        return this == IN_FORCE || this == ROLLED_BACK;
    }

    /** For the operator. */
    public String text() {
        return text;
    }
}
