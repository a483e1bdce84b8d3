/** The auth entries of a file, brought to life by the plugins they name. */
@org.jspecify.annotations.NullMarked
package io.ipipou.core.auth;
