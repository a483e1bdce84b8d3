package io.ipipou.agent.client;

import io.ipipou.agent.packet.Datagram;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.state.LinkName;
import java.util.Optional;

/** Sends an authentication packet. Does not block. */
@FunctionalInterface
interface AuthSender {

    /** @param device the device to send through; empty to follow the routes */
    void send(Datagram packet, Optional<LinkName> device) throws ErrnoException;
}
