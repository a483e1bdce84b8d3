package io.ipipou.spi.state;

/** A link's traffic since it was made (IFLA_STATS64), each an unsigned 64-bit count. */
public record LinkCounters(
        long receivedPackets,
        long receivedBytes,
        long receiveErrors,
        long receiveDropped,
        long sentPackets,
        long sentBytes,
        long sendErrors,
        long sendDropped) {}
