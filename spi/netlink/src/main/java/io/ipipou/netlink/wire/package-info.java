/**
 * Netlink framing (linux/netlink.h): messages and attributes. {@code u32} is in host byte order, {@code u32be} in network
 * byte order.
 */
package io.ipipou.netlink.wire;
