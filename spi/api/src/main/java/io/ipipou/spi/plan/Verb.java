package io.ipipou.spi.plan;

/** What a write does to an object. A replacement is a {@link #DELETE} and a {@link #CREATE}. */
public enum Verb {
    CREATE,
    UPDATE,
    DELETE
}
