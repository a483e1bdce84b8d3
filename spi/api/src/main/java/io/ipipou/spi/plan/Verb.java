package io.ipipou.spi.plan;

/** What a write does to an object. A replacement is a {@link #DELETE} followed by a {@link #CREATE}. */
public enum Verb {
    CREATE,
    UPDATE,
    DELETE
}
