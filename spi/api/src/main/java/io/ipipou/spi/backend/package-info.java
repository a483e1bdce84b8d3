/** How the engine reads and writes kernel objects. */
package io.ipipou.spi.backend;
