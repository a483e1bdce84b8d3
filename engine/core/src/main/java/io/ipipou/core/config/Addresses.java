package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.Ports;
import java.util.Optional;

/** Addresses, prefixes and endpoints of the file, and what is wrong with what is none. */
final class Addresses {

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    static final String IPV4 = OCTET + "(\\." + OCTET + "){3}";

    /** RFC 1035, section 2.3.4, and RFC 1123, section 2.1; with the underscore that resolvers take. */
    private static final String DNS_LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";

    private static final String DNS_NAME = DNS_LABEL + "(\\." + DNS_LABEL + ")*\\.?";
    private static final int DNS_NAME_LENGTH = 253;

    static final String ENDPOINT = DNS_NAME + ":[0-9]{1,5}";

    private static final Ipv4Prefix LOOPBACK = Ipv4Prefix.of("127.0.0.0/8");
    private static final Ipv4Prefix THIS_NETWORK = Ipv4Prefix.of("0.0.0.0/8");

    /** Multicast, reserved and broadcast. */
    private static final Ipv4Prefix NOT_UNICAST = Ipv4Prefix.of("224.0.0.0/3");

    private static final String IPV6 = "; tunnels are IPv4 only";

    private Addresses() {}

    static Ipv4 ipv4(String text) throws InvalidValue {
        return Ipv4.parse(text).orElseThrow(() -> new InvalidValue(notAddress(text)));
    }

    /** That packets can be sent from: also a loopback address. */
    static Ipv4 ofHost(String text) throws InvalidValue {
        Ipv4 address = ipv4(text);
        if (!isHost(address)) {
            throw new InvalidValue("cannot be the address of a host");
        }
        return address;
    }

    /** That one interface can have. */
    static Ipv4 ofInterface(String text) throws InvalidValue {
        Ipv4 address = ipv4(text);
        if (!isHost(address) || LOOPBACK.contains(address)) {
            throw new InvalidValue("cannot be the address of an interface");
        }
        return address;
    }

    private static boolean isHost(Ipv4 address) {
        return !THIS_NETWORK.contains(address) && !NOT_UNICAST.contains(address);
    }

    private static String notAddress(String text) {
        if (looksLikeIpv6(text)) {
            return "is an IPv6 address" + IPV6;
        }
        if (text.matches("[0-9.]+/[0-9]+")) {
            return "has a prefix length";
        }
        if (text.matches("[0-9.]+:[0-9]+")) {
            return "has a port";
        }
        return text.matches("([0-9]{1,3}\\.){3}[0-9]{1,3}")
                ? "has a number above 255 or with a leading zero"
                : "is not an IPv4 address";
    }

    /** @param maxLength 30..32 bits */
    static String prefixPattern(int maxLength) {
        return IPV4 + "/([0-9]|[12][0-9]|3[0-" + (maxLength - 30) + "])";
    }

    /** @param maxLength bits */
    static Ipv4Prefix prefix(String text, int maxLength) throws InvalidValue {
        Optional<Ipv4Prefix> prefix = Ipv4Prefix.parse(text);
        if (prefix.isPresent() && prefix.get().length() > maxLength) {
            throw new InvalidValue("has more than " + maxLength + " bits");
        }
        if (prefix.isPresent()) {
            return prefix.get();
        }
        if (looksLikeIpv6(text)) {
            throw new InvalidValue("is an IPv6 prefix" + IPV6);
        }
        Optional<Ipv4Prefix> meant = prefixMeant(text);
        if (meant.isEmpty()) {
            throw new InvalidValue("is not an IPv4 prefix");
        }
        throw new InvalidValue(
                text.indexOf('/') < 0 ? "has no prefix length" : "has bits set after its prefix length",
                meant.filter(p -> p.length() <= maxLength).map(p -> "write " + p));
    }

    /** Of one address, or with the bits after its length cleared. */
    private static Optional<Ipv4Prefix> prefixMeant(String text) {
        int slash = text.indexOf('/');
        String length = slash < 0 ? "32" : text.substring(slash + 1);
        if (!length.matches("[0-9]|[12][0-9]|3[0-2]")) {
            return Optional.empty();
        }
        return Ipv4.parse(slash < 0 ? text : text.substring(0, slash))
                .map(address -> Ipv4Prefix.containing(address, Integer.parseInt(length)));
    }

    static RemoteEndpoint endpoint(String text) throws InvalidValue {
        int colon = text.lastIndexOf(':');
        if (looksLikeIpv6(text) || text.startsWith("[")) {
            throw new InvalidValue("is an IPv6 address" + IPV6);
        }
        if (colon < 0) {
            throw new InvalidValue("has no port");
        }
        String host = text.substring(0, colon);
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
            return address.filter(Addresses::isHost).isPresent();
        }
        return text.length() <= DNS_NAME_LENGTH && text.matches(DNS_NAME);
    }

    private static boolean looksLikeIpv6(String text) {
        return text.chars().filter(c -> c == ':').count() > 1 && text.matches("[0-9A-Fa-f:.]+(%[^/]*)?(/[0-9]+)?");
    }
}
