/** Access to this host: backend, lock, journal, configuration to apply. */
@org.jspecify.annotations.NullMarked
package io.ipipou.cli.host;
