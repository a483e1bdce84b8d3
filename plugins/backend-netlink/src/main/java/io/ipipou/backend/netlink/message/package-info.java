/** The messages, each with its two directions: a file per message, named after the kernel object it carries. */
package io.ipipou.backend.netlink.message;
