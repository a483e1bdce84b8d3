/**
 * The configuration file: reading, checking and its values. Everything here is immutable; nothing looks at the host but
 * for the secret files and variables that the file names.
 */
package io.ipipou.core.config;
