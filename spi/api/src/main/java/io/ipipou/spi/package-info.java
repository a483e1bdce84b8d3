/** What all plugins have in common, and what they can use. */
package io.ipipou.spi;
