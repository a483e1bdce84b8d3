package io.ipipou.spi.state;

/** What a rule with a counter has counted since it was made; each an unsigned 64-bit count. */
public record RuleCounter(long packets, long bytes) {}
