/** The peers that authenticate to this host. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.peer;
