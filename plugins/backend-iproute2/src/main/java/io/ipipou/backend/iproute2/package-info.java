/**
 * The backend that drives the {@code ip} command of iproute2 and the {@code nft} command of nftables. A state is read
 * with one process of each, whatever it holds, and neighbouring changes are written with one more; see
 * {@link io.ipipou.backend.iproute2.Execution} and {@link io.ipipou.backend.iproute2.NftTransaction}.
 */
package io.ipipou.backend.iproute2;
