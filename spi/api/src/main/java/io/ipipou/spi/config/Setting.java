package io.ipipou.spi.config;

/**
 * A setting that a plugin takes. The engine reads it from the file, checks it and reports mistakes with their line; the
 * JSON Schema that {@code ipipou schema} prints lists it.
 *
 * @param name the key in the file, camelCase
 * @param requirement when it has to be given; one of its {@code group} is enough
 * @param bytes how many bytes base64 has to decode to; 0 for any number
 * @param description what to write there; follows "write" in error messages
 * @param group settings of one group are ways to say the same, at most one may be given; by default its own name
 * @param warning what to tell the operator when it is left out; empty for nothing
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

    /** This setting, of exactly so many bytes. */
    public Setting ofBytes(int count) {
        return new Setting(name, type, requirement, count, description, group, warning);
    }

    /** This setting as another way to give that one, needed when that one is. */
    public Setting insteadOf(Setting other) {
        return new Setting(name, type, other.requirement, bytes, description, other.group, warning);
    }

    /** This setting, with a warning when it is left out: that a default is used which is not secret, say. */
    public Setting warnIfAbsent(String text) {
        return new Setting(name, type, requirement, bytes, description, group, text);
    }
}
