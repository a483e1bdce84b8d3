package io.ipipou.agent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.TestConfigs;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.StaticTunnel;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeepalivesTest {

    private record Sent(Datagram datagram, Optional<LinkName> device) {}

    private static final Endpoint LOCAL = new Endpoint(Ipv4.of("192.0.2.1"), 10000);
    private static final Endpoint REMOTE = new Endpoint(Ipv4.of("198.51.100.9"), 10001);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
    private final Keepalives keepalives = new Keepalives(
            (datagram, device, ttl) -> sent.add(new Sent(datagram, device)), new PeerTable(System::nanoTime), timer);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private static StaticTunnel tunnel(String keepalive) throws Exception {
        Config config = TestConfigs.config("""
                apiVersion: ipipou/v1
                peers: {p: {endpoint: "198.51.100.9:10001"}}
                tunnels:
                  t0:
                    mode: static
                    peer: p
                    local: {device: eth0, port: 10000}
                    inner: {address: 172.28.0.0}
                    %s
                """.formatted(keepalive));
        return new StaticTunnel(config.tunnels().get(0), Optional.of(new LinkName("eth0")), LOCAL, REMOTE);
    }

    @Test
    void aStaticTunnelSendsEmptyDatagramsThroughItsDevice() throws Exception {
        keepalives.setTunnels(List.of(), List.of(tunnel("keepalive: 1s")));
        for (int i = 0; i < 2; i++) {
            Sent one = sent.poll(10, TimeUnit.SECONDS);
            assertThat(one).isNotNull();
            assertThat(one.datagram().source()).isEqualTo(LOCAL);
            assertThat(one.datagram().destination()).isEqualTo(REMOTE);
            assertThat(one.datagram().payload().length()).isZero();
            assertThat(one.device()).contains(new LinkName("eth0"));
        }
    }

    @Test
    void aStaticTunnelSendsNoneUnlessItsFileAsksForThem() throws Exception {
        keepalives.setTunnels(List.of(), List.of(tunnel("keepalive: 1s")));
        assertThat(sent.poll(10, TimeUnit.SECONDS)).isNotNull();
        keepalives.setTunnels(List.of(), List.of(tunnel("ttl: 7")));
        sent.clear();
        assertThat(sent.poll(1500, TimeUnit.MILLISECONDS)).isNull();
    }
}
