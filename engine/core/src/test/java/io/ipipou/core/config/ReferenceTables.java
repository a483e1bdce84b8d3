package io.ipipou.core.config;

import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables of docs/file.md, made from the table of fields. */
final class ReferenceTables {

    private static final FileFormat FORMAT = new FileFormat(BuiltIns.PLUGINS);

    private ReferenceTables() {}

    /** By the name that the reference marks the table's place with. */
    static Map<String, String> all() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("file", fields(FORMAT.file()));
        tables.put("tunnel", fields(TunnelFields.TABLE));
        tables.put("route", fields(TunnelFields.ROUTE_TABLE));
        tables.put("peer", fields(FileFormat.PEER));
        tables.put("settings", fields(FORMAT.settings()));
        tables.put("auth", schemes());
        tables.put("secret", fields(SecretTypes.PLACES));
        return tables;
    }

    private static String fields(FieldTable table) {
        return "| setting | value | default | |\n| --- | --- | --- | --- |\n" + rows("", table);
    }

    private static String rows(String prefix, FieldTable table) {
        StringBuilder rows = new StringBuilder();
        for (Field<?> field : table.fields()) {
            String key = prefix + field.key();
            if (field.equals(TunnelFields.LOCAL) || field.equals(TunnelFields.INNER)) {
                rows.append(rows(
                        key + ".",
                        field.equals(TunnelFields.LOCAL) ? TunnelFields.LOCAL_TABLE : TunnelFields.INNER_TABLE));
            } else {
                rows.append(row(code(key), field.hint().form(), given(field, prefix, table), field.reference()));
            }
        }
        return rows.toString();
    }

    private static String given(Field<?> field, String prefix, FieldTable table) {
        List<String> others = new ArrayList<>();
        table.groups().stream()
                .filter(group -> group.need() == Requirement.ALWAYS
                        && !group.exclusive()
                        && group.fields().contains(field))
                .forEach(group -> group.fields().stream()
                        .filter(other -> !other.equals(field))
                        .forEach(other -> others.add(code(prefix + other.key()))));
        if (!others.isEmpty()) {
            return "required, or " + String.join(", ", others);
        }
        return field.required() ? "required" : field.defaultText().isEmpty() ? "" : code(field.defaultText());
    }

    private static String schemes() {
        StringBuilder rows = new StringBuilder("| scheme | setting | value | |\n| --- | --- | --- | --- |\n");
        BuiltIns.PLUGINS
                .authSchemes()
                .forEach((scheme, settings) -> settings.forEach(setting -> rows.append(
                        row(code(scheme), code(setting.name()), setting.description(), needed(setting, settings)))));
        return rows.toString();
    }

    private static String needed(Setting setting, List<Setting> all) {
        List<String> others = all.stream()
                .filter(other -> !other.equals(setting) && other.group().equals(setting.group()))
                .map(other -> code(other.name()))
                .toList();
        String instead = others.isEmpty() ? "" : ", or " + String.join(", ", others);
        return switch (setting.requirement()) {
            case ALWAYS -> "required" + instead;
            case TO_AUTHENTICATE -> "required in client tunnels" + instead;
            case TO_VERIFY -> "required in server tunnels" + instead;
            case NEVER -> setting.warning();
        };
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells).strip() + " |\n";
    }
}
