/** Files that survive a crash. */
package io.ipipou.core.disk;
