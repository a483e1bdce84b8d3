/** The events that are logged by name. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.event;
