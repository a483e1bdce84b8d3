package io.ipipou.backend.iproute2;

import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import java.util.Map;
import java.util.Optional;

/** Recognizes the error number in an error message of {@code ip} or {@code nft}. */
final class IpErrors {

    private static final String RTNETLINK = "RTNETLINK answers: ";

    /** For an extended ack, {@code ip} prints the kernel's message but not the errno (fib_semantics.c, devinet.c). */
    private static final Map<String, Errno> BY_EXTENDED_ACK = Map.of(
            "Error: Device for nexthop is not up.", Errno.ENETDOWN,
            "Error: Nexthop device is not up.", Errno.ENETDOWN,
            "Error: ipv4: Address already assigned.", Errno.EEXIST,
            "Error: ipv4: Address not found.", Errno.EADDRNOTAVAIL);

    private IpErrors() {}

    /**
     * An error message of {@code ip -batch}, as a refusal.
     *
     * @param number of the line that failed, from 1
     */
    static Refusal refusal(String message, int number, String line) {
        String words = message.startsWith(RTNETLINK) ? message.substring(RTNETLINK.length()) : message;
        boolean noDevice = message.startsWith("Cannot find device ") || message.endsWith(" does not exist.");
        Optional<Errno> errno = noDevice
                ? Optional.of(Errno.ENODEV)
                : Optional.ofNullable(BY_EXTENDED_ACK.get(message)).or(() -> ofText(message));
        return new Refusal(
                errno.map(Errno::name).orElse(""), words + " (ip -batch, line " + number + ": " + line + ")");
    }

    /** The error that the message ends with in the words of strerror(3); empty when it ends with none. */
    static Optional<Errno> ofText(String message) {
        return Errno.ofText(message.substring(message.lastIndexOf(": ") + 1).strip());
    }
}
