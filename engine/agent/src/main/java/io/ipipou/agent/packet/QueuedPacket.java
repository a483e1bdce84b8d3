package io.ipipou.agent.packet;

import java.util.Optional;

/**
 * A packet that the kernel holds until its verdict.
 *
 * @param id assigned by the kernel, unsigned, one more with each packet of the queue
 * @param datagram empty for a packet that is no valid datagram, or longer than the queue copies
 */
public record QueuedPacket(int id, Optional<Datagram> datagram) {}
