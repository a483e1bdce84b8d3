/** Following a source: what of it is in force, what was refused, and that both outlive a restart. */
@org.jspecify.annotations.NullMarked
package io.ipipou.core.source;
