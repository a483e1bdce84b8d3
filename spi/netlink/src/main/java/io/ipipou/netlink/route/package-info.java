/** Asking the kernel which way packets go. */
@org.jspecify.annotations.NullMarked
package io.ipipou.netlink.route;
