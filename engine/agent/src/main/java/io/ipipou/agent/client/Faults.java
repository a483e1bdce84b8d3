package io.ipipou.agent.client;

import io.ipipou.agent.auth.AuthRejection;
import io.ipipou.agent.fault.Fault;
import io.ipipou.core.desired.ClientTunnel;

/** Why a server does not respond. */
final class Faults {

    private Faults() {}

    static Fault cannotSend(ClientTunnel tunnel, String failure) {
        return new Fault(
                "authentication packets cannot be sent from %s to %s: %s"
                        .formatted(source(tunnel), tunnel.server(), failure),
                "check the address and the device, and the route to the server");
    }

    static Fault replyRejected(ClientTunnel tunnel, AuthRejection rejection) {
        return new Fault(
                "%s answers, but its reply is rejected: %s"
                        .formatted(tunnel.server(), rejection.fault().reason()),
                rejection.fault().remedy());
    }

    /** No reply yet to one or two packets. */
    static Fault noReplyYet(ClientTunnel tunnel) {
        return new Fault(
                "no reply yet from %s to authentication packets from %s".formatted(tunnel.server(), source(tunnel)),
                "wait a few seconds");
    }

    /** @param packets sent since the server last responded, more than one */
    static Fault noReply(ClientTunnel tunnel, int packets) {
        return new Fault(
                "nobody answers at %s: %d authentication packets from %s had no reply"
                        .formatted(tunnel.server(), packets, source(tunnel)),
                "on the server, check that its firewall lets in UDP port %d, that its agent runs, and that its file has this host's key"
                        .formatted(tunnel.server().port()));
    }

    private static String source(ClientTunnel tunnel) {
        return tunnel.local()
                + tunnel.device().map(device -> " through " + device).orElse("");
    }
}
