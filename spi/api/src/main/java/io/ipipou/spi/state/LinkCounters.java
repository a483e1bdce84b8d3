package io.ipipou.spi.state;

/** A link's traffic since it was created (IFLA_STATS64), as unsigned 64-bit numbers. */
public record LinkCounters(
        long receivedPackets,
        long receivedBytes,
        long receiveErrors,
        long receiveDropped,
        long sentPackets,
        long sentBytes,
        long sendErrors,
        long sendDropped) {}
