package io.ipipou.cli.doctor;

import io.ipipou.core.name.NameAnswer;
import java.util.Optional;

/** The way to the peer. */
final class RemoteEndChecks {

    private RemoteEndChecks() {}

    static Optional<Finding> name(TunnelFacts tunnel) {
        return tunnel.endpointName().map(name -> tunnel.host()
                .name(name)
                .map(answer -> name(tunnel, name, answer))
                .orElseGet(() -> Finding.notChecked(name + " was not looked up")));
    }

    private static Finding name(TunnelFacts tunnel, String name, NameAnswer answer) {
        if (answer.failure().isEmpty()) {
            return Finding.ok(name + " is " + answer.addresses().get(0)
                    + (answer.addresses().size() > 1
                            ? " and " + (answer.addresses().size() - 1) + " more"
                            : ""));
        }
        return Finding.failed(
                answer.failure().get(),
                tunnel.link()
                        .map(link -> "the tunnel stays at the last known address, "
                                + link.outer().remote())
                        .orElse("the tunnel has no known address to go to"),
                "try: getent ahostsv4 " + name + " (if it fails, correct the name in peers."
                        + tunnel.tunnel().peer().name()
                        + ".endpoint, its DNS records or /etc/resolv.conf); the tunnel follows by itself within 30 s");
    }
}
