package io.ipipou.agent.client;

import io.ipipou.agent.packet.Datagram;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.state.LinkName;
import java.util.Optional;

/** Puts a proof on the wire, without blocking. */
@FunctionalInterface
interface AuthSender {

    /** @param device to leave by, empty to let the routes choose */
    void send(Datagram proof, Optional<LinkName> device) throws ErrnoException;
}
