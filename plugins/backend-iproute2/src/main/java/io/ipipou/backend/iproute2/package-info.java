/**
 * The backend that runs the {@code ip} command of iproute2 and the {@code nft} command of nftables. Reading the state
 * takes one process of each, for any number of objects; a run of consecutive changes takes one more. See
 * {@link io.ipipou.backend.iproute2.Execution} and {@link io.ipipou.backend.iproute2.NftTransaction}.
 */
package io.ipipou.backend.iproute2;
