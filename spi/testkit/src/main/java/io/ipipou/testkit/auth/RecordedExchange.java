package io.ipipou.testkit.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** An authentication packet of the Python ipipou v0.1 and the server's reply, recorded on the wire. */
public final class RecordedExchange {

    private static final String RESOURCE = "auth-packets.json";

    /** @param ipPacketHex the whole IPv4 packet in hexadecimal; its UDP checksum is 0 */
    public record Packet(String ipPacketHex, Endpoint source, Endpoint destination, Payload payload) {}

    private final JsonNode vector;

    private RecordedExchange(JsonNode vector) {
        this.vector = vector;
    }

    /** All recorded exchanges of the scheme, at least one. */
    public static List<RecordedExchange> of(String scheme) {
        try (InputStream json = Objects.requireNonNull(RecordedExchange.class.getResourceAsStream(RESOURCE))) {
            List<RecordedExchange> exchanges = StreamSupport.stream(
                            new ObjectMapper()
                                    .readTree(json)
                                    .required("vectors")
                                    .spliterator(),
                            false)
                    .filter(vector -> vector.required("scheme").asText().equals(scheme))
                    .map(RecordedExchange::new)
                    .toList();
            if (exchanges.isEmpty()) {
                throw new IllegalArgumentException("no exchange of scheme " + scheme + " was recorded");
            }
            return exchanges;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Packet request() {
        return packet(vector.required("request"));
    }

    public Packet reply() {
        return packet(vector.required("reply"));
    }

    public boolean has(String field) {
        return vector.has(field);
    }

    /** A key, token or secret of the exchange, by its field name in the recording. */
    public String text(String field) {
        return vector.required(field).asText();
    }

    private static Packet packet(JsonNode packet) {
        return new Packet(
                packet.required("ip_packet_hex").asText(),
                endpoint(packet.required("source").asText()),
                endpoint(packet.required("destination").asText()),
                Payload.of(
                        HexFormat.of().parseHex(packet.required("payload_hex").asText())));
    }

    private static Endpoint endpoint(String text) {
        int colon = text.indexOf(':');
        return new Endpoint(Ipv4.of(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    /** The name of the recording. */
    @Override
    public String toString() {
        return text("name");
    }
}
