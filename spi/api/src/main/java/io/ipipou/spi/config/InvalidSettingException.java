package io.ipipou.spi.config;

/**
 * The settings are each of their declared type, and yet the plugin cannot work with them. The engine reports it with the
 * setting's line.
 */
public final class InvalidSettingException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String setting;

    /**
     * @param setting the name of the setting to change
     * @param message what is wrong and what to write instead; never holds the value of a secret
     */
    public InvalidSettingException(String setting, String message) {
        super(message);
        this.setting = setting;
    }

    public String setting() {
        return setting;
    }
}
