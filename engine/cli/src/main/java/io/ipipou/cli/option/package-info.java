/** Options and arguments that several commands share. */
@org.jspecify.annotations.NullMarked
package io.ipipou.cli.option;
