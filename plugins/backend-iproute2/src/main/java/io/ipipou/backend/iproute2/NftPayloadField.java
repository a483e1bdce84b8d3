package io.ipipou.backend.iproute2;

import io.ipipou.spi.state.NftField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a field is in a packet.
 *
 * @param header in libnftnl's notation
 * @param offset in bytes
 * @param length in bytes
 */
record NftPayloadField(String header, int offset, int length) {

    private static final Map<NftPayloadField, NftField> FIELDS = Map.of(
            new NftPayloadField("network", 12, 4), NftField.IP_SADDR,
            new NftPayloadField("network", 16, 4), NftField.IP_DADDR,
            new NftPayloadField("transport", 0, 2), NftField.TH_SPORT,
            new NftPayloadField("transport", 2, 2), NftField.TH_DPORT,
            new NftPayloadField("transport", 4, 2), NftField.UDP_LENGTH,
            new NftPayloadField("transport", 8, 1), NftField.INNER_VERSION,
            new NftPayloadField("transport", 10, 2), NftField.INNER_LENGTH);

    /** The consecutive fields that one load covers exactly; empty if there are none such. */
    static List<NftField> covering(String header, int offset, int length) {
        List<NftField> fields = new ArrayList<>();
        int at = offset;
        while (at < offset + length) {
            Optional<Map.Entry<NftPayloadField, NftField>> next = Optional.empty();
            for (Map.Entry<NftPayloadField, NftField> entry : FIELDS.entrySet()) {
                if (entry.getKey().header().equals(header) && entry.getKey().offset() == at) {
                    next = Optional.of(entry);
                }
            }
            if (next.isEmpty()) {
                return List.of();
            }
            fields.add(next.get().getValue());
            at += next.get().getKey().length();
        }
        return at == offset + length ? fields : List.of();
    }

    /** The length of a field's value in a register, in bytes. */
    static int length(NftField field) {
        return field == NftField.L4PROTO
                ? 1
                : FIELDS.entrySet().stream()
                        .filter(entry -> entry.getValue() == field)
                        .mapToInt(entry -> entry.getKey().length())
                        .findFirst()
                        .orElseThrow();
    }
}
