/** Applying plans and rolling them back: the only caller of {@link io.ipipou.spi.backend.Backend#execute}. */
package io.ipipou.core.apply;
