package io.ipipou.backend.netlink.socket;

import io.ipipou.backend.netlink.message.Ack;
import java.util.Optional;

/** What became of a question: a value, or an ack that refuses. */
public record Answer<T>(Ack ack, Optional<T> value) {}
