package io.ipipou.spi.auth;

import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Settings;

/** A key pair as raw bytes. The configuration file has both in base64. */
public record GeneratedKeys(Secret privateKey, Settings.Bytes publicKey) {}
