package io.ipipou.agent.packet;

import java.util.List;
import java.util.Optional;

/** Packets that were received together, in order of arrival; at least one. */
public record PacketBatch(List<QueuedPacket> packets) {

    public PacketBatch {
        packets = List.copyOf(packets);
        if (packets.isEmpty()) {
            throw new IllegalArgumentException("a batch without packets");
        }
    }

    /** The id of the latest packet. */
    public int lastId() {
        return packets.get(packets.size() - 1).id();
    }

    /** The packets that are valid datagrams. */
    public List<Datagram> datagrams() {
        return packets.stream()
                .map(QueuedPacket::datagram)
                .flatMap(Optional::stream)
                .toList();
    }
}
