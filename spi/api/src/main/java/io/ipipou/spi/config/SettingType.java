package io.ipipou.spi.config;

/** The type of a setting's value. {@link Settings} has a getter for each. */
public enum SettingType {
    /** Text that can be printed. */
    TEXT,
    /** Text that is never printed: a string, {@code {file: PATH}}, {@code {env: NAME}} or {@code {sealed: TEXT}}. */
    SECRET_TEXT,
    /** Base64 of bytes that are never printed; given in the same forms as {@link #SECRET_TEXT}. */
    SECRET_BASE64,
    /** Base64 of bytes that can be printed, such as a public key. */
    BASE64,
    IPV4,
    /** 1..65535. */
    PORT,
    /** {@code 27s}, {@code 5m}, {@code 1h} or {@code 0}. */
    DURATION,
    BOOLEAN
}
