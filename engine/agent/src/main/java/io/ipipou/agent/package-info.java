/** The agent: it keeps a host converged and authenticates roaming peers, or this host to others. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent;
