/** What every plugin has in common. */
package io.ipipou.spi;
