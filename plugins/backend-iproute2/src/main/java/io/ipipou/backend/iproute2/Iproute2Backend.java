package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RoutePath;
import io.ipipou.spi.state.RuleCounter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads and writes the network namespace of the thread that constructs it. */
final class Iproute2Backend implements Backend {

    private final NamespaceThread namespace = new NamespaceThread();
    private final Programs programs;
    private final IpCommand ip;
    private final NftOperations nft;
    private final StateReader reader;
    private final Privilege privilege;
    private final boolean ipv6;

    /** @param nftCommand empty if nft is not installed */
    Iproute2Backend(
            Path ipCommand,
            Optional<Path> nftCommand,
            String nftTable,
            Duration timeout,
            Privilege privilege,
            boolean ipv6) {
        this.privilege = privilege;
        this.ipv6 = ipv6;
        programs = new Programs(timeout);
        ip = new IpCommand(programs, ipCommand);
        nft = new NftOperations(nftCommand.map(command -> new NftCommand(programs, command, nftTable)), nftTable);
        reader = new StateReader(ip);
    }

    @Override
    public ObservedState observe() throws BackendException {
        return namespace.call(() -> reader.read().stateWith(nft.read()));
    }

    @Override
    public Set<Route> routesIn(int table) throws BackendException {
        return namespace.call(() -> reader.routesIn(table));
    }

    @Override
    public Map<LinkName, LinkCounters> counters() throws BackendException {
        return namespace.call(reader::counters);
    }

    @Override
    public Map<String, RuleCounter> ruleCounters() throws BackendException {
        return namespace.call(nft::read).map(NftSnapshot::counters).orElse(Map.of());
    }

    @Override
    public Optional<RoutePath> routeTo(Ipv4 destination, Optional<LinkName> device) throws BackendException {
        return namespace.call(() -> reader.routeTo(destination, device));
    }

    @Override
    public Optional<String> validate(Operation operation) {
        return NftOperations.handles(operation)
                ? nft.validate(operation)
                : IpLimits.validate(operation).or(() -> reader.validate(operation));
    }

    @Override
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        return namespace.call(() -> privilege.isHeld()
                ? new Execution(ip, nft, reader, ipv6, operations).run()
                : NftTransaction.failedAt(0, operations, Refusal.PERMISSION_DENIED));
    }

    @Override
    public void close() {
        namespace.close();
        programs.close();
    }
}
