/** Resolving the host names of peers, and following them when their addresses change. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.names;
