/**
 * The configuration file. {@link io.ipipou.core.config.FileFormat} and {@link io.ipipou.core.config.TunnelFields} define it, a
 * {@link io.ipipou.core.config.Field} for each setting; the reader, the JSON Schema, the hints in messages and the tables of
 * docs/file.md come from them. Nothing of the host is read except the secret files and environment variables that the
 * file names.
 */
package io.ipipou.core.config;
