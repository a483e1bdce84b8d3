package io.ipipou.spi.config;

/**
 * A setting of a plugin. The engine reads it from the configuration file, checks its type and reports mistakes with
 * their position; {@code ipipou schema} lists it.
 *
 * @param name the key in the file, in camelCase
 * @param requirement when it must be given; any setting of the group will do
 * @param bytes the exact number of bytes that base64 must decode to; 0 for any number
 * @param description what to write there; follows "write" in error messages
 * @param group settings of the same group are alternatives, of which at most one can be given; its own name by default
 * @param warning what to warn of when it is left out; empty for no warning
 */
public record Setting(
        String name,
        SettingType type,
        Requirement requirement,
        int bytes,
        String description,
        String group,
        String warning) {

    public static Setting optional(String name, SettingType type, String description) {
        return new Setting(name, type, Requirement.NEVER, 0, description, name, "");
    }

    public static Setting required(String name, SettingType type, String description) {
        return optional(name, type, description).withRequirement(Requirement.ALWAYS);
    }

    public Setting withRequirement(Requirement when) {
        return new Setting(name, type, when, bytes, description, group, warning);
    }

    /** This setting, with an exact number of bytes. */
    public Setting ofBytes(int count) {
        return new Setting(name, type, requirement, count, description, group, warning);
    }

    /** This setting as an alternative to the other one, with its requirement. */
    public Setting insteadOf(Setting other) {
        return new Setting(name, type, other.requirement, bytes, description, other.group, warning);
    }

    /** This setting, with a warning when it is left out, for example that a well-known default is used. */
    public Setting warnIfAbsent(String text) {
        return new Setting(name, type, requirement, bytes, description, group, text);
    }
}
