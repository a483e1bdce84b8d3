/** The {@code ipipou} command: assembles the commands and runs one of them. */
@org.jspecify.annotations.NullMarked
package io.ipipou.cli;
