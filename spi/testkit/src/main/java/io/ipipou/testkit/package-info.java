/**
 * For tests of the engine and of plugins: a kernel in memory ({@link io.ipipou.testkit.FakeKernel}) and the test cases
 * that every backend must pass ({@link io.ipipou.testkit.BackendConformance}).
 */
package io.ipipou.testkit;
