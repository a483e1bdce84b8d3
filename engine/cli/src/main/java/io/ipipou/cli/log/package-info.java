/** Logs to standard error: for people, for the journal, or as JSON. */
@org.jspecify.annotations.NullMarked
package io.ipipou.cli.log;
