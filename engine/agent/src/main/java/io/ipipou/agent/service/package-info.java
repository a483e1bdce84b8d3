/** The agent as a service of systemd. */
package io.ipipou.agent.service;
