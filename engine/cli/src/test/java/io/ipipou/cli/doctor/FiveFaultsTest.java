package io.ipipou.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.cli.Golden;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RuleCounter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads of a hub with five faults at once: each is explained, and the tunnel without one is well. */
class FiveFaultsTest {

    private static final String FILE = """
            apiVersion: ipipou/v1
            defaults: {mode: static}
            auth: {laptop: {scheme: token, token: sesame}}
            peers:
              well: {endpoint: "198.51.100.1:10000"}
              modem: {endpoint: "198.51.100.2:10000"}
              branch: {endpoint: "branch.example.net:10000"}
              office: {endpoint: "198.51.100.4:10000"}
              depot: {endpoint: "198.51.100.5:10000"}
              laptop: {auth: laptop}
            tunnels:
              well0: {peer: well, local: {device: eth0, port: 10000}, inner: {address: 172.28.1.1}}
              lte0: {peer: modem, local: {device: wwan0, port: 10001}, inner: {address: 172.28.2.1}}
              branch0: {peer: branch, local: {device: eth0, port: 10002}, inner: {address: 172.28.3.1}}
              office0: {peer: office, local: {device: eth0, port: 10003}, inner: {address: 172.28.4.1}, routes: [172.28.64.0/18]}
              depot0: {peer: depot, local: {device: eth0, port: 10004}, inner: {address: 172.28.5.1}}
              laptop0: {mode: server, peer: laptop, local: {device: eth0, port: 10005}, inner: {address: 172.28.6.1}}
            """;

    @TempDir
    Path root;

    @Test
    void eachIsExplained() throws Exception {
        SickHost host = new SickHost(root);
        String name = "branch.example.net";
        host.names.put(name, new NameAnswer(List.of(), Optional.of(name + " does not resolve")));
        host.kernel.routeAdd(
                new Route(Ipv4Prefix.of("172.28.64.0/18"), Optional.of(new LinkName("eth0")), Optional.empty(), 0, 3));
        host.routes.put(Ipv4.of("172.28.64.1"), SickHost.route("eth0"));
        host.kernel.udpOpen(10004);
        host.apply(FILE);
        host.gate.put("to the agent", new RuleCounter(12, 1200));
        host.agent("\"laptop0\": {\"state\": \"waiting\"}", """
                {"at": "2026-11-28T09:59:57Z", "endpoint": "192.0.2.7:40000", "code": "wrong-key",
                 "reason": "no peer at 203.0.113.1:10005 has this key, secret or token",
                 "remedy": "compare them on both hosts, and check that this host's file has the peer"}""");

        String text = host.text(FILE);

        assertThat(text).contains("6 tunnels checked: 1 well, 5 with a failure.");
        Golden.assertMatches("output/doctor.txt", text);
    }
}
