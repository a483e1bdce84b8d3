/** What is wrong with a tunnel, and what to do about it. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.fault;
