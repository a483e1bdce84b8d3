/** A scripted configuration source for tests. */
@org.jspecify.annotations.NullMarked
package io.ipipou.testkit.source;
