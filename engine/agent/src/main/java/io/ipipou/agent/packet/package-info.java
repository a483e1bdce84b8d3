/** Receiving queued packets and sending datagrams. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.packet;
