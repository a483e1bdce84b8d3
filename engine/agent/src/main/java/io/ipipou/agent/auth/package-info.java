/** Verifying the authentication packets of peers. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.auth;
