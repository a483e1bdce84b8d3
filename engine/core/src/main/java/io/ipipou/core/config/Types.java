package io.ipipou.core.config;

import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Ports;
import java.time.Duration;

/** The types of values that the table's fields have, and those that a plugin's settings can have. */
final class Types {

    static final ValueType<Boolean> FLAG = new FlagType();
    static final ValueType<Duration> DURATION = new DurationType();
    static final ValueType<Integer> PORT = new NumberType("port", "a UDP port", Ports.MIN, Ports.MAX, "10000");

    private static final String NAME_PATTERN = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}";

    /** Of a peer or an auth entry. */
    static final ValueType<String> NAME = TextType.matching(
            "name",
            new Hint("a name of letters, digits, '_', '-' and '.', at most 63 characters", "branch-1"),
            NAME_PATTERN,
            "is not a valid name");

    static final ValueType<LinkName> DEVICE = link("eth0", LinkNames::parse);
    static final ValueType<LinkName> TUNNEL_NAME = link("ipipou0", LinkNames::ofTunnel);

    static final ValueType<Ipv4> IPV4 = ipv4(Addresses::ipv4);
    static final ValueType<Ipv4> HOST_ADDRESS = ipv4(Addresses::ofHost);
    static final ValueType<Ipv4> INTERFACE_ADDRESS = ipv4(Addresses::ofInterface);

    static final ValueType<Ipv4Prefix> PREFIX = prefix(32);

    static final ValueType<RemoteEndpoint> ENDPOINT = new TextType<>(
            "",
            new Hint("HOST:PORT with a DNS name or an IPv4 address", "hub.example.net:10000"),
            Addresses.ENDPOINT,
            Addresses::endpoint);

    private Types() {}

    static boolean isName(String text) {
        return text.matches(NAME_PATTERN);
    }

    private static ValueType<LinkName> link(String example, TextType.Converter<LinkName> converter) {
        Hint hint = new Hint("an interface name of 1 to 15 bytes without white space, '/', ':' or '%'", example);
        return new TextType<>("linkName", hint, "[^\\s/:%]{1,15}", converter);
    }

    private static ValueType<Ipv4> ipv4(TextType.Converter<Ipv4> converter) {
        return new TextType<>("ipv4", new Hint("an IPv4 address", "198.51.100.9"), Addresses.IPV4, converter);
    }

    /** @param maxLength 30..32 bits */
    static ValueType<Ipv4Prefix> prefix(int maxLength) {
        String most = maxLength < 32 ? " of at most " + maxLength + " bits" : "";
        return new TextType<>(
                "",
                new Hint("an IPv4 prefix" + most, "10.20.0.0/16"),
                Addresses.prefixPattern(maxLength),
                text -> Addresses.prefix(text, maxLength));
    }

    /** The field of a setting that an auth plugin declares. */
    static Field<?> declared(Setting setting) {
        String form = setting.description();
        ValueType<?> type =
                switch (setting.type()) {
                    case TEXT -> TextType.matching("", new Hint(form, ""), "[\\s\\S]+", "is empty");
                    case SECRET_TEXT -> SecretType.text(form);
                    case SECRET_BASE64 -> SecretType.base64(form, new Base64Bytes(setting.bytes()));
                    case BASE64 -> base64(form, new Base64Bytes(setting.bytes()));
                    case IPV4 -> IPV4;
                    case PORT -> PORT;
                    case DURATION -> DURATION;
                    case BOOLEAN -> FLAG;
                };
        return Field.field(setting.name(), type, "").form(form).warnIfAbsent(setting.warning());
    }

    private static ValueType<Settings.Bytes> base64(String form, Base64Bytes encoding) {
        return new TextType<>(
                "", new Hint(form, ""), encoding.pattern(), text -> new Settings.Bytes(encoding.decode(text)));
    }
}
