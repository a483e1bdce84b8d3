package io.ipipou.spi.config;

/**
 * A setting that has the declared type but that the plugin cannot use. The engine reports it with the setting's
 * position in the file.
 */
public final class InvalidSettingException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String setting;

    /**
     * @param setting the setting's name
     * @param message what is wrong and what to write instead, without the value of any secret
     */
    public InvalidSettingException(String setting, String message) {
        super(message);
        this.setting = setting;
    }

    public String setting() {
        return setting;
    }
}
