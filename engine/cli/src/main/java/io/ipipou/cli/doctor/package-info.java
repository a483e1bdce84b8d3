/** {@code ipipou doctor}: reads facts about this host, checks what each tunnel needs, and explains what fails. */
@org.jspecify.annotations.NullMarked
package io.ipipou.cli.doctor;
