/** Confirmation and rollback of an apply: the guard process, probes, waiting for the decision. */
@org.jspecify.annotations.NullMarked
package io.ipipou.cli.guard;
