/**
 * Netlink framing (linux/netlink.h): messages, attributes and what is sent with them. Method names tell the byte order:
 * {@code u32} is the host's, {@code u32be} the network's.
 */
package io.ipipou.netlink.wire;
