/** The agent's metrics, for Prometheus. Nothing here is loaded unless it is asked for. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.metrics;
