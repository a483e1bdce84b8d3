package io.ipipou.core.config;

import java.util.Optional;

/** What is wrong with a value: the predicate of a sentence about it, which never holds the value of a secret. */
final class InvalidValue extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Optional<String> instead;

    /** @param instead what to write, or to do, in this very case */
    InvalidValue(String message, Optional<String> instead) {
        super(message, null, false, false); // there may be a thousand of them, and nobody reads their stack traces
        this.instead = instead;
    }

    /** The usual hint of the value's place tells what to write. */
    InvalidValue(String message) {
        this(message, Optional.empty());
    }

    InvalidValue(String message, String instead) {
        this(message, Optional.of(instead));
    }

    Optional<String> instead() {
        return instead;
    }
}
