package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Ports;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Addresses, prefixes, endpoints, ports and interface names in the file, and what is wrong with what is none. */
final class NetworkTypes {

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final String IPV4_PATTERN = OCTET + "(\\." + OCTET + "){3}";

    /** RFC 1035, section 2.3.4, and RFC 1123, section 2.1; with the underscore that resolvers take. */
    private static final String DNS_LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";

    private static final String DNS_NAME = DNS_LABEL + "(\\." + DNS_LABEL + ")*\\.?";
    private static final int DNS_NAME_LENGTH = 253;

    /** Of a device, in bytes: ALTIFNAMSIZ of linux/if.h without the terminating NUL. */
    private static final int ALT_NAME_LENGTH = 127;

    private static final Ipv4Prefix LOOPBACK = Ipv4Prefix.of("127.0.0.0/8");
    private static final Ipv4Prefix THIS_NETWORK = Ipv4Prefix.of("0.0.0.0/8");

    /** Multicast, reserved and broadcast. */
    private static final Ipv4Prefix NOT_UNICAST = Ipv4Prefix.of("224.0.0.0/3");

    /** Names that the kernel or {@code /proc/sys/net} has another use for. */
    private static final Set<String> RESERVED_LINKS = Set.of("lo", "tunl0", "all", "default");

    static final ValueType<Integer> PORT =
            Types.number("a UDP port", Ports.MIN, Ports.MAX, "10000").named("port");

    static final ValueType<Ipv4> IPV4 = ipv4(address -> true, "");

    /** That packets can be sent from: also a loopback address. */
    static final ValueType<Ipv4> HOST_ADDRESS = ipv4(NetworkTypes::isHost, "a host");

    static final ValueType<Ipv4> INTERFACE_ADDRESS =
            ipv4(address -> isHost(address) && !LOOPBACK.contains(address), "an interface");

    static final ValueType<Ipv4Prefix> PREFIX = prefix(32);

    static final ValueType<InnerAddress> ADDRESS_WITH_LENGTH = Types.text(
            new Hint("an IPv4 address with a prefix length", "192.0.2.10/32"),
            IPV4_PATTERN + "/([1-9]|[12][0-9]|3[0-2])",
            NetworkTypes::parseInnerAddress);

    static final ValueType<RemoteEndpoint> ENDPOINT = Types.text(
            new Hint("HOST:PORT with a DNS name or an IPv4 address", "hub.example.net:10000"),
            DNS_NAME + ":[0-9]{1,5}",
            NetworkTypes::parseEndpoint);

    /** A device's name, or an alternative one (IFLA_ALT_IFNAME). */
    static final ValueType<String> DEVICE = Types.text(
            new Hint(
                    "an interface name or altname of 1 to " + ALT_NAME_LENGTH
                            + " bytes without white space, '/', ':' or '%'",
                    "eth0"),
            "[^\\s/:%]{1," + ALT_NAME_LENGTH + "}",
            text -> parseName(text, ALT_NAME_LENGTH));

    static final ValueType<LinkName> TUNNEL_NAME = link("ipipou0", NetworkTypes::parseTunnelName);

    private NetworkTypes() {}

    private static ValueType<Ipv4> ipv4(Predicate<Ipv4> possible, String owner) {
        return Types.text(new Hint("an IPv4 address", "198.51.100.9"), IPV4_PATTERN, text -> {
                    Ipv4 address = parseIpv4(text);
                    if (!possible.test(address)) {
                        throw new InvalidValue("cannot be the address of " + owner);
                    }
                    return address;
                })
                .named("ipv4");
    }

    private static ValueType<LinkName> link(String example, Types.Converter<LinkName> converter) {
        Hint hint = new Hint("an interface name of 1 to 15 bytes without white space, '/', ':' or '%'", example);
        return Types.text(hint, "[^\\s/:%]{1,15}", converter).named("linkName");
    }

    /** @param maxLength 30..32 bits */
    static ValueType<Ipv4Prefix> prefix(int maxLength) {
        String most = maxLength < 32 ? " of at most " + maxLength + " bits" : "";
        return Types.text(
                new Hint("an IPv4 prefix" + most, "10.20.0.0/16"),
                IPV4_PATTERN + "/([0-9]|[12][0-9]|3[0-" + (maxLength - 30) + "])",
                text -> parsePrefix(text, maxLength));
    }

    private static Ipv4 parseIpv4(String text) throws InvalidValue {
        return Ipv4.parse(text).orElseThrow(() -> {
            if (text.matches("[0-9.]+/[0-9]+")) {
                return new InvalidValue("has a prefix length");
            }
            if (text.matches("[0-9.]+:[0-9]+")) {
                return new InvalidValue("has a port");
            }
            return text.matches("([0-9]{1,3}\\.){3}[0-9]{1,3}")
                    ? new InvalidValue("has a number above 255 or with a leading zero")
                    : notIpv4(text, "address");
        });
    }

    private static InvalidValue notIpv4(String text, String noun) {
        boolean ipv6 = text.startsWith("[")
                || (text.matches("[0-9A-Fa-f:.]+(%[^/]*)?(/[0-9]+)?") && text.indexOf(':') != text.lastIndexOf(':'));
        return new InvalidValue(ipv6 ? "is an IPv6 " + noun + "; tunnels are IPv4 only" : "is not an IPv4 " + noun);
    }

    private static boolean isHost(Ipv4 address) {
        return !THIS_NETWORK.contains(address) && !NOT_UNICAST.contains(address);
    }

    private static Ipv4Prefix parsePrefix(String text, int maxLength) throws InvalidValue {
        int slash = text.indexOf('/');
        String length = slash < 0 ? "32" : text.substring(slash + 1);
        Optional<Ipv4> address = Ipv4.parse(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty() || !length.matches("[0-9]|[12][0-9]|3[0-2]")) {
            throw notIpv4(text, "prefix");
        }
        Ipv4Prefix meant = Ipv4Prefix.containing(address.get(), Integer.parseInt(length));
        boolean fits = meant.length() <= maxLength;
        if (slash < 0 || !meant.address().equals(address.get())) {
            throw new InvalidValue(
                    slash < 0 ? "has no prefix length" : "has host bits set",
                    Optional.of("write " + meant).filter(instead -> fits));
        }
        if (!fits) {
            throw new InvalidValue("has more than " + maxLength + " bits");
        }
        return meant;
    }

    private static InnerAddress parseInnerAddress(String text) throws InvalidValue {
        int slash = text.indexOf('/');
        Ipv4 address = parseIpv4(slash < 0 ? text : text.substring(0, slash));
        if (!isHost(address) || LOOPBACK.contains(address)) {
            throw new InvalidValue("cannot be the address of an interface");
        }
        if (slash < 0) {
            throw new InvalidValue("has no prefix length", "write " + address + "/32");
        }
        String length = text.substring(slash + 1);
        if (!length.matches("[1-9]|[12][0-9]|3[0-2]")) {
            throw new InvalidValue("has no prefix length from 1 to 32");
        }
        return new InnerAddress(address, Integer.parseInt(length));
    }

    private static RemoteEndpoint parseEndpoint(String text) throws InvalidValue {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new InvalidValue("has no port");
        }
        String host = text.substring(0, colon);
        if (host.indexOf(':') >= 0) {
            throw notIpv4(text, "address");
        }
        if (!isHost(host)) {
            throw new InvalidValue("has no valid DNS name or IPv4 address before the port");
        }
        String digits = text.substring(colon + 1);
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
        if (port < Ports.MIN || port > Ports.MAX) {
            throw new InvalidValue("has no port from " + Ports.MIN + " to " + Ports.MAX);
        }
        return new RemoteEndpoint(host, port);
    }

    /** A name whose last label is a number is meant as an address (RFC 1123, section 2.1). */
    private static boolean isHost(String text) {
        Optional<Ipv4> address = Ipv4.parse(text);
        if (address.isPresent() || text.matches("(.*\\.)?[0-9]+\\.?")) {
            return address.filter(NetworkTypes::isHost).isPresent();
        }
        return text.length() <= DNS_NAME_LENGTH && text.matches(DNS_NAME);
    }

    private static LinkName parseLink(String text) throws InvalidValue {
        return LinkName.parse(parseName(text, LinkName.MAX_LENGTH)).orElseThrow(NetworkTypes::notInterface);
    }

    private static String parseName(String text, int maxLength) throws InvalidValue {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxLength) {
            throw new InvalidValue("has " + bytes + " bytes; an interface name has at most " + maxLength);
        }
        boolean clean = text.codePoints()
                .noneMatch(c -> Character.isISOControl(c)
                        || Character.isSpaceChar(c)
                        || Character.isWhitespace(c)
                        || c == 0xFEFF
                        || "/:%".indexOf(c) >= 0);
        if (!clean || text.isEmpty() || text.equals(".") || text.equals("..")) {
            throw notInterface();
        }
        return text;
    }

    private static InvalidValue notInterface() {
        return new InvalidValue("is not an interface name");
    }

    private static LinkName parseTunnelName(String text) throws InvalidValue {
        if (RESERVED_LINKS.contains(text)) {
            throw new InvalidValue("is reserved by the kernel");
        }
        return parseLink(text);
    }
}
