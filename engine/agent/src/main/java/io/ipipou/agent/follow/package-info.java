/** An agent that follows a source: it asks now and then, and takes to what is new. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.follow;
