/** The auth entries of a configuration, with the plugins that they name. */
@org.jspecify.annotations.NullMarked
package io.ipipou.core.auth;
