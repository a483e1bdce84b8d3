/** The log's events. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.event;
