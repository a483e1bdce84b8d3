/** Comparing a host's desired and observed state. */
package io.ipipou.core.plan;
