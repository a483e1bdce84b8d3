/** Loading plugins. */
package io.ipipou.core.plugin;
