package io.ipipou.testbed;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.RuleCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A backend whose process dies when the kernel has carried out so many writes: what comes before goes to the kernel as it
 * would have gone, what comes after does not. Neighbouring operations on nftables are one write, for the kernel does all of
 * them or none.
 */
final class CrashingBackend implements Backend {

    private final Backend real;
    private final Consumer<String> death;
    private int left;

    /**
     * @param writes how many it lives to see done, 0 or more
     * @param death what ends it, told where; does not return
     */
    CrashingBackend(Backend real, int writes, Consumer<String> death) {
        this.real = real;
        this.left = writes;
        this.death = death;
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
            throw new IllegalStateException("refused before it died: " + outcomes);
        }
        death.accept("after " + done.size() + " of " + operations.size() + " operations");
        throw new IllegalStateException("it outlived its death");
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
    public Map<LinkName, LinkCounters> counters() throws BackendException {
        return real.counters();
    }

    @Override
    public Map<String, RuleCounter> ruleCounters() throws BackendException {
        return real.ruleCounters();
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
