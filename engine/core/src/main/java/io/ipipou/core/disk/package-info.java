/** What has to be on the disk, whenever a run dies. */
package io.ipipou.core.disk;
