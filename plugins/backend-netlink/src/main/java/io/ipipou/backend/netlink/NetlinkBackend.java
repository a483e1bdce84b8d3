package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.nft.Nftables;
import io.ipipou.netlink.route.RouteQuery;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RoutePath;
import io.ipipou.spi.state.RuleCounter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One network namespace, through sockets that were opened in it. Keeps no state between calls. */
final class NetlinkBackend implements Backend {

    private final NetlinkConnection rtnetlink;
    private final NetlinkConnection generic;
    private final UdpPorts udpPorts;
    private final Nftables nftables;

    NetlinkBackend(NetlinkConnection rtnetlink, NetlinkConnection generic, UdpPorts udpPorts, Nftables nftables) {
        this.rtnetlink = rtnetlink;
        this.generic = generic;
        this.udpPorts = udpPorts;
        this.nftables = nftables;
    }

    @Override
    public ObservedState observe() throws BackendException {
        return new StateReader(rtnetlink, generic, udpPorts, nftables).observe();
    }

    @Override
    public Set<Route> routesIn(int table) throws BackendException {
        return new StateReader(rtnetlink, generic, udpPorts, nftables).routesIn(table);
    }

    @Override
    public Map<LinkName, LinkCounters> counters() throws BackendException {
        return Links.counters(rtnetlink);
    }

    @Override
    public Map<String, RuleCounter> ruleCounters() throws BackendException {
        return nftables.counters();
    }

    @Override
    public Optional<RoutePath> routeTo(Ipv4 destination, Optional<LinkName> device) throws BackendException {
        return Routes.path(rtnetlink, new RouteQuery(destination, Optional.empty(), device));
    }

    @Override
    public Optional<String> validate(Operation operation) {
        return Limits.isNft(operation)
                ? nftables.validate(operation)
                : Limits.validate(operation).or(() -> withoutModule(operation));
    }

    /** Loads the module fou, as reading the FOU ports with {@code ip} does. */
    private Optional<String> withoutModule(Operation operation) {
        if (operation.verb() == Verb.CREATE && operation.subject() instanceof FouListener) {
            try {
                return new FouFamily(generic).number().isEmpty()
                        ? Optional.of(Listeners.NO_MODULE.message())
                        : Optional.empty();
            } catch (BackendException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    @Override
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        return new Execution(rtnetlink, generic, nftables).run(operations);
    }

    @Override
    public void close() {
        rtnetlink.close();
        generic.close();
        udpPorts.close();
        nftables.close();
    }
}
