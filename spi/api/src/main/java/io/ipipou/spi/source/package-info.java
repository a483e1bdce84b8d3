/** Where a host's configuration file can come from other than its own disk. */
package io.ipipou.spi.source;
