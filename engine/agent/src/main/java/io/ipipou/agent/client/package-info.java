/** Client mode: authenticating this host to servers. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.client;
