/** Values that a plugin is configured with. */
package io.ipipou.spi.config;
