/** The commands, one class each. A new command is also listed in {@code Ipipou}. */
@org.jspecify.annotations.NullMarked
package io.ipipou.cli.command;
