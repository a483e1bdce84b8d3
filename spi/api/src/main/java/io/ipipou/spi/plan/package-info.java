/** Kernel writes as values: what a backend is asked to do, and what became of it. */
package io.ipipou.spi.plan;
