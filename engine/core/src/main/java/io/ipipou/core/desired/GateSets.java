package io.ipipou.core.desired;

import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftType;
import java.time.Duration;
import java.util.List;

/** The sets and maps of the {@link Gate}. Their names are how a table is recognised. */
final class GateSets {

    /** Map from source address, source port and local port to the local address of the tunnel. */
    static final NftSet ENDPOINTS = NftSet.map(
            "endpoints", true, NftType.IPV4_ADDR, NftType.IPV4_ADDR, NftType.INET_SERVICE, NftType.INET_SERVICE);

    /** Local addresses that gated tunnels receive on. */
    static final NftSet ADDRESSES = NftSet.set("addresses", NftType.IPV4_ADDR);

    /** Local addresses and ports that gated tunnels receive on. */
    static final NftSet LISTENERS = NftSet.set("listeners", NftType.IPV4_ADDR, NftType.INET_SERVICE);

    /** Map from alias and local port to the public address that replaces the alias. */
    static final NftSet ALIASES =
            NftSet.map("aliases", false, NftType.IPV4_ADDR, NftType.IPV4_ADDR, NftType.INET_SERVICE);

    static final NftSet ALIAS_ADDRESSES = NftSet.set("aliasaddrs", NftType.IPV4_ADDR);

    /** Remote and local address of gated tunnels without an alias. */
    static final NftSet PAIRS = NftSet.set("pairs", NftType.IPV4_ADDR, NftType.IPV4_ADDR);

    /** Source addresses whose packets go to the agent whatever their length. */
    static final NftSet CALLERS = NftSet.set("callers", NftType.IPV4_ADDR);

    /** Source ports whose packets go to the agent whatever their length. */
    static final NftSet CALLER_PORTS = NftSet.set("callerports", NftType.INET_SERVICE);

    /** Filled by packets: the rate of each source address. */
    static final NftSet SOURCES =
            NftSet.meter("sources", new NftSet.Meter(65535, Duration.ofSeconds(10)), NftType.IPV4_ADDR);

    static final List<NftSet> ALL =
            List.of(ENDPOINTS, ADDRESSES, LISTENERS, ALIASES, ALIAS_ADDRESSES, PAIRS, CALLERS, CALLER_PORTS, SOURCES);

    private GateSets() {}
}
