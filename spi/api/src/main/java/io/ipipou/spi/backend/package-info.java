/** How the engine reads and writes a kernel. Found by {@link java.util.ServiceLoader}. */
package io.ipipou.spi.backend;
