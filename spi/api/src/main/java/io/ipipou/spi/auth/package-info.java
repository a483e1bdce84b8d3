/**
 * How peers prove who they are. A client's {@link io.ipipou.spi.auth.Authenticator} makes the payload of one UDP packet, the
 * server's {@link io.ipipou.spi.auth.Verifier} judges it and makes the payload of the answer, which the client's prover
 * judges in turn. Sending, receiving, trying the peers of a port in turn, and refusing replays are the engine's work.
 *
 * <p>Providers are found by {@link java.util.ServiceLoader}. The engine makes one verifier or prover for each entry of
 * the file's {@code auth} that a tunnel uses, and new ones when it reads the file again; they hold nothing that has to be
 * closed or would be missed after a restart. Everything here is called by several threads at once.
 */
package io.ipipou.spi.auth;
