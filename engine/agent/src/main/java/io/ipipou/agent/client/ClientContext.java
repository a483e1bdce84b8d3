package io.ipipou.agent.client;

import io.ipipou.agent.packet.Datagram;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkName;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What all clients share.
 *
 * @param nanos a monotonic clock
 * @param random 0..1, another value at each call
 * @param choose moves a tunnel to another of its endpoints; must not block
 */
record ClientContext(
        AuthSender sender,
        Clock clock,
        LongSupplier nanos,
        DoubleSupplier random,
        BiConsumer<LinkName, Endpoint> choose) {

    /** Sends an authentication packet, without blocking. */
    @FunctionalInterface
    interface AuthSender {

        /** @param device the device to send through; empty to follow the routes */
        void send(Datagram packet, Optional<LinkName> device) throws ErrnoException;
    }
}
