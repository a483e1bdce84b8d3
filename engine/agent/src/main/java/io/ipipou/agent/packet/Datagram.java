package io.ipipou.agent.packet;

import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** A UDP datagram over IPv4 (RFC 768, RFC 791). */
public record Datagram(Endpoint source, Endpoint destination, Payload payload) {

    /** Bytes of an IPv4 header without options and a UDP header. */
    static final int HEADERS_LENGTH = 28;

    private static final int IP_LENGTH = 20;
    private static final int VERSION_4_WITHOUT_OPTIONS = 0x45;
    private static final int UDP = 17;
    /** All of the field but "don't fragment": the reserved bit, "more fragments" and the offset. */
    private static final int FRAGMENT = 0xbfff;

    /**
     * Parses an IPv4 packet that has passed the kernel's checks of the IPv4 header.
     *
     * @return empty for anything but one whole UDP datagram: another protocol, IP options, a fragment, lengths that do
     *     not match the number of bytes, a wrong UDP checksum (0 is none), a port 0, a source that cannot be replied to
     *     (0.0.0.0/8, multicast, 255.255.255.255)
     */
    public static Optional<Datagram> parse(byte[] packet) {
        if (packet.length < HEADERS_LENGTH) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        int sourcePort = u16(bytes, 20);
        int destinationPort = u16(bytes, 22);
        Ipv4 source = new Ipv4(bytes.getInt(12));
        boolean whole = bytes.get(0) == VERSION_4_WITHOUT_OPTIONS
                && u16(bytes, 2) == packet.length
                && (u16(bytes, 6) & FRAGMENT) == 0
                && bytes.get(9) == UDP
                && u16(bytes, 24) == packet.length - IP_LENGTH;
        if (!whole || sourcePort == 0 || destinationPort == 0 || !isUnicast(source) || !isChecksumValid(bytes)) {
            return Optional.empty();
        }
        return Optional.of(new Datagram(
                new Endpoint(source, sourcePort),
                new Endpoint(new Ipv4(bytes.getInt(16)), destinationPort),
                Payload.of(Arrays.copyOfRange(packet, HEADERS_LENGTH, packet.length))));
    }

    /** A datagram to this one's source, from its destination. */
    public Datagram reply(Payload payload) {
        Endpoint here = destination;
        return new Datagram(here, source, payload);
    }

    private static int u16(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    private static boolean isUnicast(Ipv4 address) {
        int first = address.bits() >>> 24;
        return first != 0 && (first & 0xf0) != 0xe0 && address.bits() != -1;
    }

    /** The sum over the pseudo header (addresses, protocol, length) and the datagram must be all ones. */
    private static boolean isChecksumValid(ByteBuffer bytes) {
        if (u16(bytes, 26) == 0) {
            return true;
        }
        int length = bytes.limit();
        long sum = (long) UDP + length - IP_LENGTH;
        for (int at = 12; at + 1 < length; at += 2) {
            sum += u16(bytes, at);
        }
        if (length % 2 != 0) {
            sum += Byte.toUnsignedInt(bytes.get(length - 1)) << 8;
        }
        while (sum > 0xffff) {
            sum = (sum >>> 16) + (sum & 0xffff);
        }
        return sum == 0xffff;
    }

    /**
     * Encodes the packet for a raw socket: no options, id and header checksum 0 for the kernel to fill in, fragments
     * allowed, UDP checksum 0 (none), as the Python tool does.
     *
     * @param ttl 1..255
     */
    public byte[] encode(int ttl) {
        if (ttl < 1 || ttl > 255) {
            throw new IllegalArgumentException("a TTL must be 1..255, not " + ttl);
        }
        int length = HEADERS_LENGTH + payload.length();
        return ByteBuffer.allocate(length)
                .putShort((short) (VERSION_4_WITHOUT_OPTIONS << 8))
                .putShort((short) length)
                .putInt(0)
                .put((byte) ttl)
                .put((byte) UDP)
                .putShort((short) 0)
                .putInt(source.address().bits())
                .putInt(destination.address().bits())
                .putShort((short) source.port())
                .putShort((short) destination.port())
                .putShort((short) (length - IP_LENGTH))
                .putShort((short) 0)
                .put(payload.bytes())
                .array();
    }
}
