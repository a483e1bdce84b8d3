/** The process: its terminal, exit status, signals and directories. */
@org.jspecify.annotations.NullMarked
package io.ipipou.cli.process;
