/** Keeping the kernel as the file and the peers' whereabouts say. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.converge;
