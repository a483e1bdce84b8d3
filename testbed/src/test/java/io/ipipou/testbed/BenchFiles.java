package io.ipipou.testbed;

import java.util.List;

/** Configuration files of the size that a measurement asks for. */
final class BenchFiles {

    private BenchFiles() {}

    /** The inner address of tunnel {@code number} at end 0 or 1. */
    static String inner(int number, int end) {
        return "172.28." + number / 125 + "." + (2 * (number % 125) + end);
    }

    /** The address of the far end of tunnel {@code number}. */
    static String remote(int number) {
        return "198.18." + number / 250 + "." + (1 + number % 250);
    }

    /** A hub's file with one tunnel for each peer, which authenticates with its keys. */
    static String hub(List<Keys> peers) {
        StringBuilder auth = new StringBuilder("auth:\n");
        StringBuilder names = new StringBuilder("peers:\n");
        StringBuilder tunnels = new StringBuilder("tunnels:\n");
        for (int i = 0; i < peers.size(); i++) {
            auth.append("  a%d: {scheme: ed25519, remotePublicKey: \"%s\", secret: s}%n"
                    .formatted(i, peers.get(i).publicKey()));
            names.append("  p%d: {auth: a%d}%n".formatted(i, i));
            tunnels.append(
                    "  t%d: {peer: p%d, inner: {address: %s, peer: %s}}%n".formatted(i, i, inner(i, 0), inner(i, 1)));
        }
        return "apiVersion: ipipou/v1\ndefaults: {mode: server, local: {device: eth0, port: 10000}, keepalive: 0}\n"
                + auth + names + tunnels;
    }
}
