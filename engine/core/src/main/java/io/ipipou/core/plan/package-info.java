/** The pure difference of a desired and an observed state, and how it is shown. */
package io.ipipou.core.plan;
