package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.Ports;
import java.util.Optional;

/** What addresses, prefixes and endpoints look like, and what is wrong with what does not. */
final class Addresses {

    private static final Ipv4Prefix LOOPBACK = Ipv4Prefix.of("127.0.0.0/8");
    private static final Ipv4Prefix THIS_NETWORK = Ipv4Prefix.of("0.0.0.0/8");

    /** Multicast, reserved and broadcast. */
    private static final Ipv4Prefix NOT_UNICAST = Ipv4Prefix.of("224.0.0.0/3");

    /** RFC 1035, section 2.3.4, and RFC 1123, section 2.1; with the underscore that resolvers take. */
    private static final String DNS_LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";

    private static final int DNS_NAME_LENGTH = 253;

    private Addresses() {}

    /** Whether a host can have it: not 0.0.0.0/8, multicast, reserved or broadcast. */
    static boolean isHost(Ipv4 address) {
        return !THIS_NETWORK.contains(address) && !NOT_UNICAST.contains(address);
    }

    /** The same, without loopback. */
    static boolean isUnicast(Ipv4 address) {
        return isHost(address) && !LOOPBACK.contains(address);
    }

    static String whyNotAddress(String text) {
        if (looksLikeIpv6(text)) {
            return "is an IPv6 address, and tunnels here are IPv4";
        }
        if (text.matches("[0-9.]+/[0-9]+")) {
            return "has a prefix length, and an address alone is meant";
        }
        if (text.matches("[0-9.]+:[0-9]+")) {
            return "has a port, and an address alone is meant";
        }
        return text.matches("([0-9]{1,3}\\.){3}[0-9]{1,3}")
                ? "has an octet with a leading zero or above 255"
                : "is not an IPv4 address";
    }

    static String whyNotPrefix(String text) {
        if (looksLikeIpv6(text)) {
            return "is an IPv6 prefix, and tunnels here are IPv4";
        }
        if (Ipv4.parse(text).isPresent()) {
            return "has no prefix length";
        }
        return prefixMeant(text).isPresent() ? "has bits set past its prefix length" : "is not an IPv4 prefix";
    }

    /** The prefix that was probably meant: of one address, or with the bits past its length cleared. */
    static Optional<Ipv4Prefix> prefixMeant(String text) {
        int slash = text.indexOf('/');
        String length = slash < 0 ? "32" : text.substring(slash + 1);
        if (!length.matches("[0-9]|[12][0-9]|3[0-2]")) {
            return Optional.empty();
        }
        return Ipv4.parse(slash < 0 ? text : text.substring(0, slash))
                .map(address -> Ipv4Prefix.containing(address, Integer.parseInt(length)));
    }

    static Optional<RemoteEndpoint> endpoint(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0
                || !isHost(text.substring(0, colon))
                || port(text.substring(colon + 1)).isEmpty()) {
            return Optional.empty();
        }
        return port(text.substring(colon + 1)).map(port -> new RemoteEndpoint(text.substring(0, colon), port));
    }

    static String whyNotEndpoint(String text) {
        int colon = text.lastIndexOf(':');
        if (looksLikeIpv6(text) || text.startsWith("[")) {
            return "is an IPv6 address, and tunnels here are IPv4";
        }
        if (colon < 0) {
            return "has no port";
        }
        return isHost(text.substring(0, colon))
                ? "has no port from " + Ports.MIN + " to " + Ports.MAX
                : "has neither a DNS name nor an IPv4 address before the port";
    }

    private static Optional<Integer> port(String text) {
        return text.matches("[0-9]{1,5}")
                ? Optional.of(Integer.parseInt(text)).filter(p -> p >= Ports.MIN && p <= Ports.MAX)
                : Optional.empty();
    }

    /** A name whose last label is a number is meant as an address (RFC 1123, section 2.1). */
    private static boolean isHost(String text) {
        Optional<Ipv4> address = Ipv4.parse(text);
        if (address.isPresent() || text.matches("(.*\\.)?[0-9]+\\.?")) {
            return address.filter(Addresses::isHost).isPresent();
        }
        return text.length() <= DNS_NAME_LENGTH && text.matches(DNS_LABEL + "(\\." + DNS_LABEL + ")*\\.?");
    }

    private static boolean looksLikeIpv6(String text) {
        return text.chars().filter(c -> c == ':').count() > 1 && text.matches("[0-9A-Fa-f:.]+(%[^/]*)?(/[0-9]+)?");
    }
}
