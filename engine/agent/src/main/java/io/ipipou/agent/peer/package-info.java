/** What an agent knows of its peers. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.peer;
