/** Talking to the kernel: {@link NetlinkSocket} is all there is of system calls, {@link NetlinkConnection} all of the protocol. */
package io.ipipou.netlink.socket;
