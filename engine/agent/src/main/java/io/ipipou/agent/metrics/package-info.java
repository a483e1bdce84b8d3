/** The agent's metrics for Prometheus. Nothing here is loaded unless {@code --metrics} is given. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.metrics;
