/** Making the kernel match the configuration and the learnt endpoints of peers. */
@org.jspecify.annotations.NullMarked
package io.ipipou.agent.converge;
