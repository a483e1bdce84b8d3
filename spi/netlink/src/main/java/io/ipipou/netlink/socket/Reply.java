package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.Ack;
import java.util.Optional;

/** What became of a question: a value, or an ack that refuses. */
public record Reply<T>(Ack ack, Optional<T> value) {}
