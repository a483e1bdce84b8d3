/** Scheme {@code address}: the source address and port identify the peer, for networks where they cannot be spoofed. */
package io.ipipou.auth.address;
