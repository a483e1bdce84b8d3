/** Deriving a host's desired state from its configuration and from facts about the host. */
package io.ipipou.core.desired;
