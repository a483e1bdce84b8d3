/** The agent as a systemd service. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.service;
