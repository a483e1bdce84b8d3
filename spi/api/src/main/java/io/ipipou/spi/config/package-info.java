/** A plugin's settings: their declaration and their values. */
package io.ipipou.spi.config;
