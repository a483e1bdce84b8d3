/** Scheme {@code address}: whoever sends from the right place is the peer, for networks where sources cannot be forged. */
package io.ipipou.auth.address;
