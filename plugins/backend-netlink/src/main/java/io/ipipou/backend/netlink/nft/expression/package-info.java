/** The expressions of nftables rules, one record per kind: each encodes and decodes itself (NFTA_* of nf_tables.h). */
package io.ipipou.backend.netlink.nft.expression;
