package io.ipipou.agent.converge;

import io.ipipou.agent.TestConfigs;
import io.ipipou.agent.event.RecordedEvents;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.name.NameLookups;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.ResourceId;
import io.ipipou.testkit.FakeKernel;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A host in memory with a static tunnel, two tunnels whose peers authenticate, and what makes the host match that. All on
 * one port. The kernel is used by one thread at a time: those of the agent wait for each other here.
 */
final class FakeHost implements AutoCloseable {

    static final LinkName STATIC = new LinkName("t0");
    static final LinkName LAPTOP = new LinkName("r0");
    static final LinkName PHONE = new LinkName("r1");
    static final Endpoint STATIC_PEER = new Endpoint(Ipv4.of("198.18.0.1"), 10000);
    static final Endpoint HOME = new Endpoint(Ipv4.of("198.51.100.7"), 4001);
    static final Endpoint CAFE = new Endpoint(Ipv4.of("192.0.2.77"), 4002);
    static final Duration LIFETIME = Duration.ofHours(1);

    static final String YAML = """
            apiVersion: ipipou/v1
            defaults: {local: {device: eth0, port: 10000}, authLifetime: 1h}
            auth:
              laptop: {scheme: token, token: Labrador}
              phone: {scheme: token, token: Retrieve}
            peers:
              office: {endpoint: "198.18.0.1:10000"}
              laptop: {auth: laptop}
              phone: {auth: phone}
            tunnels:
              t0: {mode: static, peer: office, inner: {address: 172.28.0.0}, routes: [10.0.0.0/16]}
              r0: {mode: server, peer: laptop, inner: {address: 172.28.0.2}}
              r1: {mode: server, peer: phone, inner: {address: 172.28.0.4}}
            """;

    private static final AuthSchemes SCHEMES = TestConfigs.schemes(Clock.systemUTC());

    final Path lockDirectory;
    final FakeKernel kernel = FakeKernel.withDevice(new LinkName("eth0"), Ipv4.of("203.0.113.1"), 24);
    final List<Resolution> resolutions = new ArrayList<>();
    /** The monotonic clock; it may start anywhere, and wrap. */
    long nanos = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();

    /** The confirmation that the configuration of a restarted agent awaited when it was read. */
    Optional<String> unconfirmed = Optional.empty();

    /** What an unconfirmed apply is rolled back to, once the agent is started again. */
    Optional<Config> before = Optional.empty();

    PeerTable peers = new PeerTable(() -> nanos);
    KernelWriter writer;
    Converger converger;
    PeerAdmitter admitter;

    /** @param lockTimeout how long a write waits for the host's lock */
    FakeHost(Path lockDirectory, Duration lockTimeout) {
        this.lockDirectory = lockDirectory;
        RecordedEvents.take();
        writer = new KernelWriter(lockDirectory, lockTimeout);
        converger = converger();
        admitter = new PeerAdmitter(converger, writer, peers);
    }

    private Converger converger() {
        return new Converger(
                new InitialConfig(TestConfigs.config(YAML), unconfirmed, before, false),
                journal(),
                kernel.backend(),
                SCHEMES,
                new NameLookups(name -> {
                    throw new UnknownHostException(name);
                }),
                writer,
                peers,
                resolutions::add);
    }

    Journal journal() {
        return new Journal(lockDirectory, "netlink");
    }

    /** As if the agent were stopped and started again, some time later. */
    void restart() {
        converger.close();
        peers = new PeerTable(() -> nanos);
        writer = new KernelWriter(lockDirectory, Duration.ZERO);
        converger = converger();
        admitter = new PeerAdmitter(converger, writer, peers);
    }

    /** Admits a peer, and returns whether it was admitted once pending writes have ended. */
    boolean admit(LinkName tunnel, Endpoint endpoint) {
        boolean[] admitted = new boolean[1];
        admitter.admit(roaming(tunnel), endpoint, () -> admitted[0] = true);
        if (!writer.isResponsive(Duration.ofMinutes(1))) {
            throw new AssertionError("the writing thread is stuck");
        }
        return admitted[0];
    }

    private RoamingTunnel roaming(LinkName name) {
        return resolutions.get(resolutions.size() - 1).roaming().stream()
                .filter(tunnel -> tunnel.tunnel().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    void passTime(Duration time) {
        nanos += time.toNanos();
        kernel.passTime(time);
    }

    Optional<IpipLink> link(LinkName name) {
        return Optional.ofNullable(kernel.state().links().get(name));
    }

    /** The endpoint of a tunnel's peer in the kernel, and whether the gate admits it. */
    Optional<LearntEndpoint> endpointInKernel(LinkName name) {
        Map<ResourceId, NftElement> elements =
                kernel.state().elements().stream().collect(Collectors.toMap(NftElement::id, element -> element));
        return roaming(name).learntIn(kernel.state().links(), elements);
    }

    @Override
    public void close() {
        converger.close();
    }
}
