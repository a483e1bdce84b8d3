package io.ipipou.agent;

import io.ipipou.agent.auth.AuthPacketVerifier;
import io.ipipou.agent.auth.AuthResult;
import io.ipipou.agent.auth.PeerVerifier;
import io.ipipou.agent.auth.RejectedPacket;
import io.ipipou.agent.auth.RejectionLog;
import io.ipipou.agent.client.Clients;
import io.ipipou.agent.converge.PeerAdmitter;
import io.ipipou.agent.event.Event;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.RejectionReason;
import java.time.Clock;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about each packet from the gate: a reply to this host, or an authentication packet of a peer, which is admitted
 * or rejected. Thread-safe.
 *
 * @param verifier the one of the configuration in force
 * @param refreshNames looks host names up again; must not block
 */
record AuthPacketHandler(
        Supplier<AuthPacketVerifier> verifier,
        Clients clients,
        PeerTable peers,
        PeerAdmitter admitter,
        PacketSender sender,
        RejectionLog rejections,
        Runnable refreshNames,
        Clock clock) {

    private static final Logger LOG = LoggerFactory.getLogger(AuthPacketHandler.class);

    void handle(Datagram datagram) {
        AuthPacket packet = new AuthPacket(datagram.payload(), datagram.source(), clock.instant());
        AuthPacketVerifier current = verifier.get();
        if (clients.received(datagram.destination(), packet) || !current.hasPeersAt(datagram.destination())) {
            return;
        }
        AuthResult result = current.verify(packet, datagram.destination(), peers.tunnelsAt(datagram.source()));
        if (result.isAccepted()) {
            PeerVerifier peer = result.peer().orElseThrow();
            peers.accepted(peer.name(), packet.time());
            admitter.admit(peer.tunnel(), datagram.source(), () -> reply(peer, datagram));
        } else {
            peers.rejected(
                    result.peer().map(PeerVerifier::name),
                    new RejectedPacket(
                            packet.time(), datagram.source(), result.rejection().orElseThrow()));
            rejections.rejected(result, datagram.source());
            if (result.rejection().orElseThrow().code() == RejectionReason.WRONG_SOURCE) {
                refreshNames.run(); // the peer has the key: its name may have another address now
            }
        }
    }

    private void reply(PeerVerifier peer, Datagram request) {
        if (!peer.tunnel().tunnel().reply()) {
            return;
        }
        try {
            sender.send(
                    request.reply(peer.verifier().reply(request.payload())),
                    peer.tunnel().device(),
                    OptionalInt.empty());
        } catch (ErrnoException | RuntimeException e) {
            Event.AUTH_REPLY_FAILED.log(LOG, peer.name(), request.source(), String.valueOf(e.getMessage()));
        }
    }
}
