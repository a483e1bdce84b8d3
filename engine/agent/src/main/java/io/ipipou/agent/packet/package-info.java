/** Packets in and out of the agent: from an nftables queue rule, and through a raw socket. */
package io.ipipou.agent.packet;
