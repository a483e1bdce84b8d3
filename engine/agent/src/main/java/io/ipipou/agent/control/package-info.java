/** The agent's control socket, which the other commands use. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.control;
