package io.ipipou.agent.packet;

import java.util.Optional;

/**
 * A packet that the kernel holds back until its verdict.
 *
 * @param id of the kernel's, unsigned, one more with each packet of the queue
 * @param datagram empty for a packet that is no proper datagram, or longer than the queue copies
 */
public record QueuedPacket(int id, Optional<Datagram> datagram) {}
