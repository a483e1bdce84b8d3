package io.ipipou.spi.state;

/** What a rule has counted since it was created, as unsigned 64-bit numbers. */
public record RuleCounter(long packets, long bytes) {}
