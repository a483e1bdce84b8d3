/** What commands print: plans, outcomes and status, as text or JSON. */
@org.jspecify.annotations.NullMarked
package io.ipipou.cli.render;
