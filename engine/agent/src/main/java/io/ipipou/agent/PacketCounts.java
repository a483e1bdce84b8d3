package io.ipipou.agent;

import io.ipipou.agent.auth.RejectedPacket;
import io.ipipou.spi.auth.RejectionReason;
import java.util.Map;
import java.util.Optional;

/**
 * Packets that no peer's counters include, since the agent started.
 *
 * @param unmatched rejected packets that matched no peer
 * @param lastUnmatched the last of them
 * @param dropped packets dropped without verification because too many were waiting
 * @param overruns how often the kernel dropped packets because they were not received in time
 */
public record PacketCounts(
        Map<RejectionReason, Long> unmatched, Optional<RejectedPacket> lastUnmatched, long dropped, long overruns) {}
