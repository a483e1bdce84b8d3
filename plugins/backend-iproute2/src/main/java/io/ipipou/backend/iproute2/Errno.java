package io.ipipou.backend.iproute2;

import static java.util.Map.entry;

import io.ipipou.spi.plan.Refusal;
import java.util.Map;

/** Finds in what {@code ip} or {@code nft} said which error it was. */
final class Errno {

    private static final String RTNETLINK = "RTNETLINK answers: ";

    /** The texts of strerror(3) in glibc, and in musl where they differ. */
    private static final Map<String, String> BY_TEXT = Map.ofEntries(
            entry("Operation not permitted", Refusal.EPERM),
            entry("No such file or directory", "ENOENT"),
            entry("No such process", "ESRCH"),
            entry("No such device or address", "ENXIO"),
            entry("Cannot allocate memory", "ENOMEM"),
            entry("Out of memory", "ENOMEM"),
            entry("Permission denied", "EACCES"),
            entry("Device or resource busy", "EBUSY"),
            entry("Resource busy", "EBUSY"),
            entry("File exists", "EEXIST"),
            entry("No such device", "ENODEV"),
            entry("Invalid argument", "EINVAL"),
            entry("Numerical result out of range", "ERANGE"),
            entry("Result not representable", "ERANGE"),
            entry("Message too long", "EMSGSIZE"),
            entry("Protocol not supported", "EPROTONOSUPPORT"),
            entry("Operation not supported", "EOPNOTSUPP"),
            entry("Not supported", "EOPNOTSUPP"),
            entry("Address family not supported by protocol", "EAFNOSUPPORT"),
            entry("Address already in use", "EADDRINUSE"),
            entry("Address in use", "EADDRINUSE"),
            entry("Cannot assign requested address", "EADDRNOTAVAIL"),
            entry("Address not available", "EADDRNOTAVAIL"),
            entry("Network is down", "ENETDOWN"),
            entry("Network is unreachable", "ENETUNREACH"),
            entry("Network unreachable", "ENETUNREACH"),
            entry("No buffer space available", "ENOBUFS"),
            entry("No route to host", "EHOSTUNREACH"));

    /**
     * An extended ack hides the number of its error; these say as much; fib_semantics.c and devinet.c of the
     * kernel.
     */
    private static final Map<String, String> BY_EXTENDED_ACK = Map.of(
            "Error: Device for nexthop is not up.", "ENETDOWN",
            "Error: Nexthop device is not up.", "ENETDOWN",
            "Error: ipv4: Address already assigned.", "EEXIST",
            "Error: ipv4: Address not found.", "EADDRNOTAVAIL");

    private Errno() {}

    /**
     * What {@code ip} said, as a refusal.
     *
     * @param number of the line
     * @param line what it was said to
     */
    static Refusal refusal(String said, int number, String line) {
        String words = said.startsWith(RTNETLINK) ? said.substring(RTNETLINK.length()) : said;
        return new Refusal(errno(said), words + " (ip -batch, line " + number + ": " + line + ")");
    }

    /** The error's name in errno.h, by what strerror(3) has for it; empty when it is none of those. */
    static String ofText(String said) {
        return BY_TEXT.getOrDefault(said.substring(said.lastIndexOf(": ") + 1).strip(), "");
    }

    private static String errno(String said) {
        if (said.startsWith("Cannot find device ") || said.endsWith(" does not exist.")) {
            return "ENODEV";
        }
        return BY_EXTENDED_ACK.getOrDefault(said, ofText(said));
    }
}
