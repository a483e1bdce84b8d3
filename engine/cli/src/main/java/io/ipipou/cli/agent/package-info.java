/** The running agent: where its configuration comes from, and how other commands talk to it. */
@org.jspecify.annotations.NullMarked
package io.ipipou.cli.agent;
