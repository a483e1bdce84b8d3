/** Following a repository. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.follow;
