package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.Ack;
import java.util.Optional;

/** The kernel's reply to a request: a value, or an ack with an error. */
public record Reply<T>(Ack ack, Optional<T> value) {}
