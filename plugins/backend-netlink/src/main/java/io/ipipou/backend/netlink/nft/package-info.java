/** The messages of nftables (linux/netfilter/nf_tables.h), and what tables, sets and rules are in them. */
package io.ipipou.backend.netlink.nft;
