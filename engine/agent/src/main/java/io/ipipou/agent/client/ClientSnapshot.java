package io.ipipou.agent.client;

import io.ipipou.agent.fault.Fault;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One tunnel in client mode. Instants are by the host's clock.
 *
 * @param since when it entered its state
 * @param serverName the endpoint as in the file, followed by its address if that is a name
 * @param switched why this endpoint of several is in use; empty if it was not left for another
 * @param lastAuthentication when the last authentication packet was sent
 * @param lastReply when the last valid reply arrived
 * @param lastReceived when inner packets were last seen to have arrived, to a few seconds
 * @param nextAuthentication time until the next authentication packet; empty if none is scheduled
 * @param failure why the last authentication packet could not be sent; empty if it was sent
 * @param rejections packets from the server's endpoint that were no valid reply
 * @param fault why the server does not count as responding; empty if it does
 */
public record ClientSnapshot(
        ClientState state,
        Instant since,
        Endpoint server,
        String serverName,
        Optional<String> switched,
        Optional<Instant> lastAuthentication,
        Optional<Instant> lastReply,
        Optional<Instant> lastReceived,
        Optional<Duration> nextAuthentication,
        Optional<String> failure,
        Map<RejectionReason, Long> rejections,
        Optional<Fault> fault) {}
