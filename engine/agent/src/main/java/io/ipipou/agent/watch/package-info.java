/** Noticing changes of the kernel's state. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.watch;
