/**
 * Tests on a real kernel. {@code testbed/run-tests} runs every {@code *KernelTest} in one guest and one JVM, as root; a
 * host is a network namespace.
 */
package io.ipipou.testbed;
