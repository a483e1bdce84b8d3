/**
 * How peers authenticate. A client's {@link io.ipipou.spi.auth.Authenticator} makes the payload of one UDP packet. The
 * server's {@link io.ipipou.spi.auth.Verifier} verifies it and makes the payload of the reply, which the authenticator
 * checks in turn. The engine sends and receives, tries the peers of a port one after another, and rejects replays.
 *
 * <p>The engine creates one verifier or authenticator for each entry of {@code auth} that a tunnel uses, and new ones
 * when it re-reads the file. They hold nothing that must be closed, and no state that a restart must not lose.
 */
package io.ipipou.spi.auth;
