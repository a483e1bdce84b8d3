/** Scheme {@code token}: the proof is the token itself, for networks that nobody listens on. */
package io.ipipou.auth.token;
