package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.RuleCounter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes the namespace of the thread that makes it. */
final class Iproute2Backend implements Backend {

    private final NamespaceThread namespace = new NamespaceThread();
    private final Programs programs;
    private final IpCommand ip;
    private final NftOperations nft;
    private final StateReader reader;
    private final Privilege privilege;
    private final boolean ipv6;

    /** @param nftCommand empty where it is not installed */
    Iproute2Backend(
            Path ipCommand,
            Optional<Path> nftCommand,
            String nftTable,
            Duration patience,
            Privilege privilege,
            boolean ipv6) {
        this.privilege = privilege;
        this.ipv6 = ipv6;
        programs = new Programs(patience);
        ip = new IpCommand(programs, ipCommand);
        nft = new NftOperations(nftCommand.map(command -> new NftCommand(programs, command, nftTable)), nftTable);
        reader = new StateReader(ip);
    }

    @Override
    public ObservedState observe() throws BackendException {
        return namespace.call(() -> reader.read().stateWith(nft.read()));
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
    public Optional<String> refuses(Operation operation) {
        return NftOperations.handles(operation) ? nft.refuses(operation) : IpLimits.whyNot(operation);
    }

    @Override
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        return namespace.call(() ->
                privilege.isHeld() ? new Execution(ip, nft, reader, ipv6, operations).run() : notPermitted(operations));
    }

    private static List<Outcome> notPermitted(List<Operation> operations) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Operation operation : operations) {
            outcomes.add(
                    outcomes.isEmpty()
                            ? Outcome.failed(operation, Refusal.PERMISSION_DENIED)
                            : Outcome.notAttempted(operation));
        }
        return outcomes;
    }

    /** How many processes were started since this was made. */
    int launches() {
        return programs.launches();
    }

    @Override
    public void close() {
        namespace.close();
        programs.close();
    }
}
