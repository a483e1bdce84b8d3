package io.ipipou.core.config;

/** A value that was read, with where it stands. */
record At<T>(T value, Value at) {}
