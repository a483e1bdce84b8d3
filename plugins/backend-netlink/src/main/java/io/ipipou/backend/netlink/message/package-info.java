/** Messages of rtnetlink and the fou family: one record per message, which encodes and decodes it. */
package io.ipipou.backend.netlink.message;
