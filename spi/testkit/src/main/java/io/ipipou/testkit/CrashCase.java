package io.ipipou.testkit;

import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.ObservedState;
import java.util.Comparator;

/** A configuration before and after a change that creates, updates, replaces and deletes; tests interrupt it anywhere. */
public final class CrashCase {

    /** The configuration that is applied first. */
    public static final String OLD = """
            apiVersion: ipipou/v1
            defaults: {mode: static, local: {device: eth0, port: 10000}}
            auth: {office: {scheme: address, ip: 198.51.100.2}}
            peers:
              p0: {endpoint: "198.18.0.1:10000"}
              p1: {endpoint: "198.18.0.2:10000"}
              p5: {endpoint: "198.18.0.5:10000"}
              p6: {endpoint: "198.18.0.6:10000"}
              office: {auth: office}
            tunnels:
              t0: {peer: p0, inner: {address: 172.28.0.0}}
              t1: {peer: p1, local: {port: 10001}, inner: {address: 172.28.0.2}, routes: [10.1.0.0/16]}
              t5: {peer: p5, inner: {address: 172.28.0.10}, routes: [10.5.0.0/16]}
              t6: {peer: p6, inner: {address: 172.28.0.12}}
              office: {mode: server, peer: office, local: {port: 10007}, inner: {address: 172.28.0.14}}
            """;

    /** Changes t0, deletes t1, creates t2, swaps the peers of t5 and t6 (which replaces one of them), changes the gate. */
    public static final String NEW = """
            apiVersion: ipipou/v1
            defaults: {mode: static, local: {device: eth0, port: 10000}}
            auth: {office: {scheme: address, ip: 198.51.100.3}, camera: {scheme: token, token: a secret}}
            peers:
              p0: {endpoint: "198.18.0.9:10000"}
              p2: {endpoint: "198.18.0.3:10000"}
              p5: {endpoint: "198.18.0.6:10000"}
              p6: {endpoint: "198.18.0.5:10000"}
              branch: {endpoint: "198.18.0.7:10000"}
              camera: {auth: camera}
              office: {auth: office}
            tunnels:
              t0: {peer: p0, inner: {address: 172.28.9.0}}
              t2: {peer: p2, local: {port: 10002}, inner: {address: 172.28.0.4}, routes: [10.1.0.0/16]}
              t5: {peer: p5, inner: {address: 172.28.0.10}, routes: [10.5.0.0/16]}
              t6: {peer: p6, inner: {address: 172.28.0.12}}
              office: {mode: server, peer: office, local: {port: 10007}, inner: {address: 172.28.0.14}}
              camera: {mode: server, peer: camera, local: {port: 10007}, inner: {address: 172.28.0.18}}
              branch: {mode: server, peer: branch, local: {port: 10007}, inner: {address: 172.28.0.16}}
            """;

    private CrashCase() {}

    /** The state with its addresses sorted: their order may differ after a rollback. */
    public static ObservedState ignoringAddressOrder(ObservedState state) {
        return new ObservedState(
                state.devices(),
                state.links(),
                state.listeners(),
                state.addresses().stream()
                        .sorted(Comparator.comparing(LinkAddress::toString))
                        .toList(),
                state.routes(),
                state.udpPorts(),
                state.table(),
                state.elements());
    }
}
