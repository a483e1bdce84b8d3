/** Where a host's file may come from, other than from its own disk. */
package io.ipipou.spi.source;
