/** The command line: one file a command. */
package io.ipipou.cli;
