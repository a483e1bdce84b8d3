/** What the kernel tells of changes. */
package io.ipipou.agent.watch;
