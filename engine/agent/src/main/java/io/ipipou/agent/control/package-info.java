/** The agent's Unix socket: how other commands talk to it. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.control;
