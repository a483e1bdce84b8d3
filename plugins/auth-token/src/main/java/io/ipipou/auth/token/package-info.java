/** Scheme {@code token}: the packet is the token in clear text, for networks where nobody can eavesdrop. */
package io.ipipou.auth.token;
