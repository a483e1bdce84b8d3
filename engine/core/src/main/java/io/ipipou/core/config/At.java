package io.ipipou.core.config;

/** A value that was read, with its place in the file. */
record At<T>(T value, Node at) {}
