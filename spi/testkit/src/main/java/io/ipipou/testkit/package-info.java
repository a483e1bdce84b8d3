/**
 * For tests of the engine and of plugins: a kernel in memory ({@link io.ipipou.testkit.FakeKernel}) and the cases that
 * every backend has to pass ({@link io.ipipou.testkit.BackendConformance}).
 */
package io.ipipou.testkit;
