/** Kernel writes and their results as values. */
package io.ipipou.spi.plan;
