/** Sources for tests of what follows one. */
@org.jspecify.annotations.NullMarked
package io.ipipou.testkit.source;
