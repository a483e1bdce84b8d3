package io.ipipou.agent.packet;

import java.util.List;
import java.util.Optional;

/** Packets that were there at once, in the order of their coming; at least one. */
public record PacketBatch(List<QueuedPacket> packets) {

    public PacketBatch {
        packets = List.copyOf(packets);
        if (packets.isEmpty()) {
            throw new IllegalArgumentException("a batch without packets");
        }
    }

    /** Of the latest packet. */
    public int lastId() {
        return packets.get(packets.size() - 1).id();
    }

    /** What can be read of them. */
    public List<Datagram> datagrams() {
        return packets.stream()
                .map(QueuedPacket::datagram)
                .flatMap(Optional::stream)
                .toList();
    }
}
