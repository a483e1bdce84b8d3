/** Deciding which packets are proofs. Knows nothing of sockets or the kernel. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.auth;
