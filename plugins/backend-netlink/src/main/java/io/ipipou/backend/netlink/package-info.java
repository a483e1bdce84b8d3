/**
 * The backend that uses netlink directly. It translates between the SPI's state and operations and the messages of {@code
 * message} and {@code nft}.
 */
package io.ipipou.backend.netlink;
