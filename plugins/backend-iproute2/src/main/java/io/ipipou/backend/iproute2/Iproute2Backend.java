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
    private final IpCommand ip;
    private final StateReader reader;
    private final Privilege privilege;

    Iproute2Backend(Path command, Duration patience, Privilege privilege) {
        this.privilege = privilege;
        ip = new IpCommand(command, patience);
        reader = new StateReader(ip);
    }

    @Override
    public ObservedState observe() throws BackendException {
        return namespace.call(() -> reader.read().state());
    }

    @Override
    public Map<LinkName, LinkCounters> counters() throws BackendException {
        return namespace.call(reader::counters);
    }

    @Override
    public Map<String, RuleCounter> ruleCounters() {
        return Map.of();
    }

    @Override
    public Optional<String> refuses(Operation operation) {
        return Limits.whyNot(operation);
    }

    @Override
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        return namespace.call(
                () -> privilege.isHeld() ? new Execution(ip, reader, operations).run() : notPermitted(operations));
    }

    private static List<Outcome> notPermitted(List<Operation> operations) {
        Refusal refusal = new Refusal(Refusal.EPERM, "Operation not permitted: this needs root, or CAP_NET_ADMIN");
        List<Outcome> outcomes = new ArrayList<>();
        for (Operation operation : operations) {
            outcomes.add(outcomes.isEmpty() ? Outcome.failed(operation, refusal) : Outcome.notAttempted(operation));
        }
        return outcomes;
    }

    /** How many processes were started since this was made. */
    int launches() {
        return ip.launches();
    }

    @Override
    public void close() {
        namespace.close();
        ip.close();
    }
}
