package io.ipipou.agent.peer;

import io.ipipou.spi.auth.RejectionReason;
import java.util.Map;

/**
 * All peers that have to prove themselves, counted.
 *
 * @param admitted that are let in
 * @param expired that were
 * @param waiting that were never
 * @param proofs accepted so far, of peers that the file no longer has too
 * @param refusals so far, of peers that the file no longer has and of strangers too
 */
public record PeerCounts(long admitted, long expired, long waiting, long proofs, Map<RejectionReason, Long> refusals) {}
