/** Finding plugins on the class path and in plugin directories. */
package io.ipipou.core.plugin;
