/**
 * Kernel objects as immutable values: what a host has ({@link io.ipipou.spi.state.ObservedState}) and what it should
 * have, in the same records. No record holds an ifindex, a handle or a counter, so equality is equality of
 * configuration. Every type here is immutable and safe to share between threads.
 */
package io.ipipou.spi.state;
