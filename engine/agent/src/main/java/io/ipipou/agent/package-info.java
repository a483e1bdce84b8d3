/** The agent. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent;
