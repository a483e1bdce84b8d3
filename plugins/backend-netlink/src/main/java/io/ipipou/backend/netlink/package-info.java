/**
 * A backend that speaks netlink itself. {@code wire} frames, {@code message} encodes kernel objects, {@code socket} talks
 * to the kernel; here they become the state and the operations of the SPI.
 */
package io.ipipou.backend.netlink;
