/** Waiting times. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.time;
