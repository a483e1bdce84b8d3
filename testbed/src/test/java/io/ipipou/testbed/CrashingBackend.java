package io.ipipou.testbed;

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
import java.util.function.Consumer;

/**
 * A backend whose process crashes after a number of kernel writes: earlier writes reach the kernel unchanged, later ones do not.
 * Adjacent nftables operations are one write, since the kernel executes all of them or none.
 */
final class CrashingBackend implements Backend {

    private final Backend real;
    private final Consumer<String> crash;
    private int left;

    /**
     * @param writes how many reach the kernel
     * @param crash ends the process or throws; it is given the place and does not return
     */
    CrashingBackend(Backend real, int writes, Consumer<String> crash) {
        this.real = real;
        this.left = writes;
        this.crash = crash;
    }

    @Override
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        List<List<Operation>> writes = writes(operations);
        if (writes.size() <= left) {
            left -= writes.size();
            return real.execute(operations);
        }
        List<Operation> done =
                writes.subList(0, left).stream().flatMap(List::stream).toList();
        List<Outcome> outcomes = done.isEmpty() ? List.of() : real.execute(done);
        if (outcomes.stream().anyMatch(outcome -> outcome.refusal().isPresent())) {
            throw new IllegalStateException("refused before the crash: " + outcomes);
        }
        crash.accept("after " + done.size() + " of " + operations.size() + " operations");
        throw new IllegalStateException("the crash has returned");
    }

    private static List<List<Operation>> writes(List<Operation> operations) {
        List<List<Operation>> writes = new ArrayList<>();
        boolean together = false;
        for (Operation operation : operations) {
            boolean nft = operation.subject() instanceof NftTable || operation.subject() instanceof NftElement;
            if (nft && together) {
                writes.get(writes.size() - 1).add(operation);
            } else {
                writes.add(new ArrayList<>(List.of(operation)));
            }
            together = nft;
        }
        return writes;
    }

    @Override
    public ObservedState observe() throws BackendException {
        return real.observe();
    }

    @Override
    public Set<Route> routesIn(int table) throws BackendException {
        return real.routesIn(table);
    }

    @Override
    public Map<LinkName, LinkCounters> counters() throws BackendException {
        return real.counters();
    }

    @Override
    public Map<String, RuleCounter> ruleCounters() throws BackendException {
        return real.ruleCounters();
    }

    @Override
    public Optional<RoutePath> routeTo(Ipv4 destination, Optional<LinkName> device) throws BackendException {
        return real.routeTo(destination, device);
    }

    @Override
    public Optional<String> validate(Operation operation) {
        return real.validate(operation);
    }

    @Override
    public void close() {
        real.close();
    }
}
