package io.ipipou.spi.auth;

import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Settings;

/** A pair of keys as raw bytes; in the file both are written in base64. */
public record GeneratedKeys(Secret privateKey, Settings.Bytes publicKey) {}
