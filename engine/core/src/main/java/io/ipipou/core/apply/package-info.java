/** Taking a host to its desired state: the only caller of {@link io.ipipou.spi.backend.Backend#execute}. */
package io.ipipou.core.apply;
