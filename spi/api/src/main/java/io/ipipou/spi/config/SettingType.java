package io.ipipou.spi.config;

/** What a plugin's setting may hold in the file; each has a getter of {@link Settings}. */
public enum SettingType {
    /** Any text that may be shown. */
    TEXT,
    /** Text that is never shown; a plain string, {@code {file: PATH}}, {@code {env: NAME}} or {@code {sealed: TEXT}}. */
    SECRET_TEXT,
    /** Base64 of bytes that are never shown; written as {@link #SECRET_TEXT}. */
    SECRET_BASE64,
    /** Base64 of bytes that may be shown, such as a public key. */
    BASE64,
    IPV4,
    /** 1..65535. */
    PORT,
    /** {@code 27s}, {@code 5m}, {@code 1h}, or 0. */
    DURATION,
    BOOLEAN
}
