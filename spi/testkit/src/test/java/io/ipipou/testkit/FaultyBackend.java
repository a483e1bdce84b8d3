package io.ipipou.testkit;

import static java.util.stream.Collectors.toSet;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RuleCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A fake kernel's backend with one mistake that real backends could make. */
final class FaultyBackend implements Backend {

    /** A mistake, and the case that has to find it. */
    enum Fault {
        SEES_NO_SOCKETS("aPortThatAnotherProgramHoldsIsSeenAndRefused"),
        SEES_NO_ADDRESSES("addressesOfALinkAreSeenInTheKernelsOrder"),
        COUNTS_NOTHING("trafficIsCounted"),
        REFUSES_NOTHING_BEFOREHAND("aListenerIsNotChangedInPlace"),
        FAILS_WHEN_IT_IS_GONE("deleteTunnel"),
        REPLACES_INSTEAD_OF_UPDATING("updateKeepsWhatStandsOnTheTunnel"),
        DELETES_WHATEVER_HAS_THE_NAME("aLinkWithoutOurMarkIsNeitherChangedNorDeleted"),
        DELETES_THE_WHOLE_GROUP("deletingManyLeavesWhatIsNotToBeDeleted"),
        MOVES_WHATEVER_ROUTE_IS_THERE("aRouteThatLeadsElsewhereNowIsNotTouched"),
        SAYS_NOT_ATTEMPTED_OF_WHAT_IT_DID("aRefusalEndsItAndTheOutcomesTellWhatIsThere"),
        SAYS_DONE_OF_WHAT_IT_DID_NOT("aRefusalEndsItAndTheOutcomesTellWhatIsThere"),
        WRITES_ELEMENTS_ONE_BY_ONE("aTransactionWithABadElementDoesNothing"),
        BLAMES_THE_FIRST("aTransactionWithABadElementDoesNothing"),
        WRITES_TABLES_BEFORE_ALL_ELSE("aRefusalOnEitherSideOfARunEndsTheRest"),
        MAKES_THE_TABLE_ANEW("updateTable"),
        FAILS_WHEN_AN_ELEMENT_IS_GONE("deleteElement"),
        OVERWRITES_ELEMENTS("elementsThatDoNotFitAreRefused"),
        RENEWS_NOTHING("renewalForTheSameTimeSetsTheFullTime"),
        SEES_TIME_STAND_STILL("theTimeThatIsLeftCountsDownAndARenewalSetsItAnew"),
        SEES_ONLY_WHAT_IT_KNOWS("whatAStrangerChangedIsSeenAndOneUpdateMendsIt"),
        COUNTS_NO_PACKETS_OF_RULES("rulesCountByTheirComments"),
        COUNTS_RULES_OF_NO_TABLE("afterAForeignFlushThereIsNoTable");

        final String caughtBy;

        Fault(String caughtBy) {
            this.caughtBy = caughtBy;
        }
    }

    private final FakeKernel kernel;
    private final Backend right;
    private final Fault fault;

    FaultyBackend(FakeKernel kernel, Fault fault) {
        this.kernel = kernel;
        this.right = kernel.backend();
        this.fault = fault;
    }

    @Override
    public ObservedState observe() throws BackendException {
        ObservedState all = right.observe();
        return new ObservedState(
                all.devices(),
                all.links(),
                all.listeners(),
                fault == Fault.SEES_NO_ADDRESSES ? List.of() : all.addresses(),
                all.routes(),
                fault == Fault.SEES_NO_SOCKETS ? Set.of() : all.udpPorts(),
                fault == Fault.SEES_ONLY_WHAT_IT_KNOWS ? all.table().map(FaultyBackend::withoutUnknown) : all.table(),
                fault == Fault.SEES_TIME_STAND_STILL
                        ? all.elements().stream()
                                .map(it -> it.withTimeout(it.timeout().map(time -> Duration.ofMinutes(1))))
                                .collect(toSet())
                        : all.elements());
    }

    private static NftTable withoutUnknown(NftTable table) {
        return new NftTable(
                table.name(),
                table.sets(),
                table.chains().stream()
                        .map(chain -> new NftChain(
                                chain.name(),
                                chain.base(),
                                chain.rules().stream()
                                        .filter(rule -> !(rule.statements().get(0) instanceof NftStatement.Unknown))
                                        .toList()))
                        .toList());
    }

    @Override
    public Map<LinkName, LinkCounters> counters() throws BackendException {
        return fault == Fault.COUNTS_NOTHING ? Map.of() : right.counters();
    }

    @Override
    public Map<String, RuleCounter> ruleCounters() throws BackendException {
        Map<String, RuleCounter> counters = new HashMap<>(right.ruleCounters());
        if (fault == Fault.COUNTS_NO_PACKETS_OF_RULES) {
            counters.replaceAll((comment, counter) -> new RuleCounter(0, counter.bytes()));
        }
        if (fault == Fault.COUNTS_RULES_OF_NO_TABLE) {
            counters.put("all", new RuleCounter(0, 0));
        }
        return counters;
    }

    @Override
    public Optional<String> validate(Operation operation) {
        return fault == Fault.REFUSES_NOTHING_BEFOREHAND ? Optional.empty() : right.validate(operation);
    }

    @Override
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        if (fault == Fault.WRITES_TABLES_BEFORE_ALL_ELSE) {
            right.execute(operations.stream().filter(FakeBackend::isNft).toList());
        }
        List<Outcome> outcomes = new ArrayList<>();
        boolean refused = false;
        for (List<Operation> write : FakeBackend.writes(operations)) {
            for (Outcome outcome : refused ? afterRefusal(write) : write(write)) {
                refused |= outcome.status() != Outcome.Status.DONE;
                outcomes.add(outcome);
            }
        }
        return outcomes;
    }

    private List<Outcome> write(List<Operation> write) throws BackendException {
        if (!FakeBackend.isNft(write.get(0))) {
            return List.of(write(write.get(0)));
        }
        if (fault == Fault.WRITES_ELEMENTS_ONE_BY_ONE) {
            for (Operation operation : write) {
                right.execute(List.of(operation));
            }
        }
        List<Operation> wrong = new ArrayList<>();
        for (Operation operation : write) {
            wrong.addAll(wrong(operation));
        }
        List<Outcome> outcomes = right.execute(wrong);
        Optional<Refusal> refusal =
                outcomes.stream().flatMap(outcome -> outcome.refusal().stream()).findFirst();
        if (refusal.isEmpty()) {
            return write.stream().map(Outcome::done).toList();
        }
        return fault == Fault.BLAMES_THE_FIRST || outcomes.size() != write.size()
                ? Stream.concat(
                                Stream.of(Outcome.failed(write.get(0), refusal.get())),
                                write.stream().skip(1).map(Outcome::notAttempted))
                        .toList()
                : outcomes;
    }

    /** What it does instead of the operation on nftables. */
    private List<Operation> wrong(Operation operation) {
        if (operation.subject() instanceof NftTable && operation.verb() == Verb.UPDATE) {
            return fault == Fault.MAKES_THE_TABLE_ANEW
                    ? List.of(Operation.delete(operation.before().orElseThrow()), Operation.create(operation.subject()))
                    : List.of(operation);
        }
        if (!(operation.subject() instanceof NftElement element)) {
            return List.of(operation);
        }
        return switch (operation.verb()) {
            case CREATE ->
                fault == Fault.OVERWRITES_ELEMENTS ? List.of(Operation.delete(element), operation) : List.of(operation);
            case UPDATE -> fault == Fault.RENEWS_NOTHING ? List.of(Operation.create(element)) : List.of(operation);
            case DELETE ->
                fault == Fault.FAILS_WHEN_AN_ELEMENT_IS_GONE
                        ? List.of(Operation.update(element, element), operation)
                        : List.of(operation);
        };
    }

    private Outcome write(Operation operation) throws BackendException {
        Resource subject = operation.subject();
        boolean delete = operation.verb() == Verb.DELETE;
        if (delete && subject instanceof IpipLink link) {
            Set<LinkName> present = kernel.state().devices().keySet();
            if (fault == Fault.FAILS_WHEN_IT_IS_GONE && !present.contains(link.name())) {
                return Outcome.failed(operation, new Refusal("ENODEV", "No such device"));
            }
            if (fault == Fault.DELETES_WHATEVER_HAS_THE_NAME && present.contains(link.name())) {
                kernel.linkDelete(link.name());
            }
            if (fault == Fault.DELETES_THE_WHOLE_GROUP) {
                kernel.state().links().values().stream()
                        .filter(other -> other.mark().group() == Mark.GROUP)
                        .forEach(other -> kernel.linkDelete(other.name()));
            }
        }
        if (operation.verb() == Verb.UPDATE && fault == Fault.REPLACES_INSTEAD_OF_UPDATING) {
            right.execute(List.of(Operation.delete(operation.before().orElseThrow())));
            right.execute(List.of(Operation.create(subject)));
            return Outcome.done(operation);
        }
        if (fault == Fault.MOVES_WHATEVER_ROUTE_IS_THERE
                && operation.verb() == Verb.UPDATE
                && subject instanceof Route after) {
            kernel.state().routes().stream()
                    .filter(route -> route.key().equals(after.key()))
                    .forEach(kernel::routeDelete);
            return right.execute(List.of(Operation.create(after))).get(0);
        }
        return right.execute(List.of(operation)).get(0);
    }

    private List<Outcome> afterRefusal(List<Operation> operations) throws BackendException {
        if (fault == Fault.SAYS_NOT_ATTEMPTED_OF_WHAT_IT_DID) {
            right.execute(operations);
        }
        return operations.stream()
                .map(fault == Fault.SAYS_DONE_OF_WHAT_IT_DID_NOT ? Outcome::done : Outcome::notAttempted)
                .toList();
    }

    @Override
    public void close() {
        right.close();
    }
}
