/**
 * Kernel objects as immutable values: a host's state ({@link io.ipipou.spi.state.ObservedState}) and its desired state
 * consist of the same records. Records hold no ifindex, handle or counter, so that equal records mean equal
 * configuration. All types are immutable and safe for use by several threads.
 */
package io.ipipou.spi.state;
