/**
 * Tests on a real kernel, and measurements for {@code ./bench}. {@code testbed/run-tests} runs every {@code *KernelTest} in a guest, as
 * root; a host is a network namespace. See testbed/README.md.
 */
package io.ipipou.testbed;
