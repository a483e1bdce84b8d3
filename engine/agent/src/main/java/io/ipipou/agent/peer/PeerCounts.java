package io.ipipou.agent.peer;

import io.ipipou.spi.auth.RejectionReason;
import java.util.Map;

/**
 * How many peers are in which state, and how many packets were accepted and rejected since the agent started, including
 * those of peers that are no longer in the file.
 *
 * @param admitted peers whose packets the gate lets through
 * @param expired peers whose admission has ended
 * @param waiting peers that have not authenticated yet
 * @param accepted authentication packets accepted
 * @param rejected packets rejected, including those that matched no peer
 */
public record PeerCounts(
        long admitted, long expired, long waiting, long accepted, Map<RejectionReason, Long> rejected) {}
