/** Following a repository, with a state that survives restarts. */
@org.jspecify.annotations.NullMarked
package io.ipipou.core.source;
