package io.ipipou.cli.host;

import io.ipipou.cli.process.Progress;
import io.ipipou.cli.process.Terminal;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RoutePath;
import io.ipipou.spi.state.RuleCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Shows on a terminal how many of the writes are done. For that it hands them to the backend in parts. */
record ProgressBackend(Backend backend, Terminal terminal, int part) implements Backend {

    /** Writes in a part: few enough for a part to take less than seconds. */
    private static final int PART = 512;

    /** @return the backend itself if there is no terminal */
    static Backend of(Backend backend, Terminal terminal) {
        return terminal.live() ? new ProgressBackend(backend, terminal, PART) : backend;
    }

    @Override
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        List<Outcome> outcomes = new ArrayList<>();
        try (Progress progress = Progress.of(terminal, "writing to the kernel")) {
            while (outcomes.size() < operations.size()) {
                progress.update(outcomes.size(), operations.size());
                List<Outcome> done =
                        backend.execute(operations.subList(outcomes.size(), end(operations, outcomes.size())));
                outcomes.addAll(done);
                if (done.stream().anyMatch(outcome -> outcome.status() == Outcome.Status.FAILED)) {
                    operations
                            .subList(outcomes.size(), operations.size())
                            .forEach(rest -> outcomes.add(Outcome.notAttempted(rest)));
                }
            }
        }
        return outcomes;
    }

    /** Adjacent operations on a table and its elements are one transaction, and stay together. */
    private int end(List<Operation> operations, int start) {
        int end = Math.min(start + part, operations.size());
        while (end < operations.size() && isOnTable(operations.get(end - 1)) && isOnTable(operations.get(end))) {
            end++;
        }
        return end;
    }

    private static boolean isOnTable(Operation operation) {
        return operation.subject() instanceof NftTable || operation.subject() instanceof NftElement;
    }

    @Override
    public ObservedState observe() throws BackendException {
        return backend.observe();
    }

    @Override
    public Set<Route> routesIn(int table) throws BackendException {
        return backend.routesIn(table);
    }

    @Override
    public Map<LinkName, LinkCounters> counters() throws BackendException {
        return backend.counters();
    }

    @Override
    public Map<String, RuleCounter> ruleCounters() throws BackendException {
        return backend.ruleCounters();
    }

    @Override
    public Optional<RoutePath> routeTo(Ipv4 destination, Optional<LinkName> device) throws BackendException {
        return backend.routeTo(destination, device);
    }

    @Override
    public Optional<String> validate(Operation operation) {
        return backend.validate(operation);
    }

    @Override
    public void close() {
        backend.close();
    }
}
