/** Sockets: {@link NetlinkSocket} makes the system calls, {@link NetlinkConnection} implements the netlink protocol. */
package io.ipipou.netlink.socket;
