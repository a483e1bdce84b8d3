package io.ipipou.cli.doctor;

import java.util.Optional;
import java.util.function.Function;

/**
 * One thing that a host or a tunnel needs.
 *
 * @param name for people and for JSON
 * @param test empty if the subject does not need it
 * @param <S> what is checked
 */
record Check<S>(String name, Function<S, Optional<Finding>> test) {}
