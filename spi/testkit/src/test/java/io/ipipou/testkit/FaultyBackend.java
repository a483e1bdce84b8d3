package io.ipipou.testkit;

import static java.util.stream.Collectors.toSet;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
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
import io.ipipou.spi.state.RoutePath;
import io.ipipou.spi.state.RuleCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A fake kernel's backend with one fault that real backends could have. */
final class FaultyBackend implements Backend {

    /** A fault, and the case that must find it. */
    enum Fault {
        IGNORES_SOCKETS("aPortInUseByAnotherProgramIsReadAndRefused"),
        IGNORES_ADDRESSES("addressesOfALinkAreReadInTheKernelsOrder"),
        COUNTS_NO_TRAFFIC("tunnelTrafficIsCounted"),
        REFUSES_NOTHING_AT_PLAN_TIME("updatingAListenerIsRefusedAtPlanTime"),
        FAILS_TO_DELETE_A_MISSING_LINK("deleteTunnel"),
        REPLACES_INSTEAD_OF_UPDATING("updatingATunnelKeepsItsAddressesAndRoutes"),
        DELETES_UNMANAGED_LINKS("anUnmanagedLinkIsNeitherUpdatedNorDeleted"),
        DELETES_THE_WHOLE_GROUP("deletingManyLinksKeepsTheOthersOfTheirGroup"),
        IGNORES_THE_DEVICE_OF_A_ROUTE("theKernelChoosesARoute"),
        OVERWRITES_CHANGED_ROUTES("aRouteChangedByAnotherProgramIsKept"),
        REPORTS_NOT_ATTEMPTED_BUT_WRITES("aRefusalStopsTheRestAndOutcomesMatchTheState"),
        REPORTS_DONE_BUT_DOES_NOT_WRITE("aRefusalStopsTheRestAndOutcomesMatchTheState"),
        WRITES_ELEMENTS_ONE_BY_ONE("aTransactionWithARefusedElementChangesNothing"),
        REPORTS_THE_FIRST_AS_FAILED("aTransactionWithARefusedElementChangesNothing"),
        WRITES_TABLES_FIRST("aRefusalBeforeOrInATransactionStopsTheRest"),
        RECREATES_THE_TABLE("updateTable"),
        FAILS_TO_DELETE_A_MISSING_ELEMENT("deleteElement"),
        OVERWRITES_ELEMENTS("elementsThatDoNotFitTheirSetAreRefused"),
        RESETS_NO_TIMEOUT("anUpdateWithTheSameTimeoutResetsIt"),
        READS_CONSTANT_TIMEOUTS("timeoutsCountDownAndAnUpdateResetsThem"),
        IGNORES_UNKNOWN_RULES("changesByAnotherProgramAreReadAndRepairedByOneUpdate"),
        COUNTS_NO_PACKETS("ruleCountersAreReadByComment"),
        COUNTS_RULES_WITHOUT_A_TABLE("afterFlushRulesetTheTableIsGone");

        final String caughtBy;

        Fault(String caughtBy) {
            this.caughtBy = caughtBy;
        }
    }

    private final FakeKernel kernel;
    private final Backend correct;
    private final Fault fault;

    FaultyBackend(FakeKernel kernel, Fault fault) {
        this.kernel = kernel;
        this.correct = kernel.backend();
        this.fault = fault;
    }

    @Override
    public ObservedState observe() throws BackendException {
        ObservedState all = correct.observe();
        return new ObservedState(
                all.devices(),
                all.links(),
                all.listeners(),
                fault == Fault.IGNORES_ADDRESSES ? List.of() : all.addresses(),
                all.routes(),
                fault == Fault.IGNORES_SOCKETS ? Set.of() : all.udpPorts(),
                fault == Fault.IGNORES_UNKNOWN_RULES ? all.table().map(FaultyBackend::withoutUnknown) : all.table(),
                fault == Fault.READS_CONSTANT_TIMEOUTS
                        ? all.elements().stream()
                                .map(element ->
                                        element.withTimeout(element.timeout().map(timeout -> Duration.ofMinutes(1))))
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
    public Set<Route> routesIn(int table) throws BackendException {
        return correct.routesIn(table);
    }

    @Override
    public Map<LinkName, LinkCounters> counters() throws BackendException {
        return fault == Fault.COUNTS_NO_TRAFFIC ? Map.of() : correct.counters();
    }

    @Override
    public Map<String, RuleCounter> ruleCounters() throws BackendException {
        Map<String, RuleCounter> counters = new HashMap<>(correct.ruleCounters());
        if (fault == Fault.COUNTS_NO_PACKETS) {
            counters.replaceAll((comment, counter) -> new RuleCounter(0, counter.bytes()));
        }
        if (fault == Fault.COUNTS_RULES_WITHOUT_A_TABLE) {
            counters.put("all", new RuleCounter(0, 0));
        }
        return counters;
    }

    @Override
    public Optional<RoutePath> routeTo(Ipv4 destination, Optional<LinkName> device) throws BackendException {
        return fault == Fault.IGNORES_THE_DEVICE_OF_A_ROUTE
                ? correct.routeTo(destination, Optional.empty())
                : correct.routeTo(destination, device);
    }

    @Override
    public Optional<String> validate(Operation operation) {
        return fault == Fault.REFUSES_NOTHING_AT_PLAN_TIME ? Optional.empty() : correct.validate(operation);
    }

    @Override
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        if (fault == Fault.WRITES_TABLES_FIRST) {
            correct.execute(operations.stream().filter(FakeBackend::isNft).toList());
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
                correct.execute(List.of(operation));
            }
        }
        List<Operation> faulty = new ArrayList<>();
        for (Operation operation : write) {
            faulty.addAll(faulty(operation));
        }
        List<Outcome> outcomes = correct.execute(faulty);
        Optional<Refusal> refusal =
                outcomes.stream().flatMap(outcome -> outcome.refusal().stream()).findFirst();
        if (refusal.isEmpty()) {
            return write.stream().map(Outcome::done).toList();
        }
        return fault == Fault.REPORTS_THE_FIRST_AS_FAILED || outcomes.size() != write.size()
                ? Stream.concat(
                                Stream.of(Outcome.failed(write.get(0), refusal.get())),
                                write.stream().skip(1).map(Outcome::notAttempted))
                        .toList()
                : outcomes;
    }

    /** The operations that it carries out instead of one on nftables. */
    private List<Operation> faulty(Operation operation) {
        if (operation.subject() instanceof NftTable && operation.verb() == Verb.UPDATE) {
            return fault == Fault.RECREATES_THE_TABLE
                    ? List.of(Operation.delete(operation.before().orElseThrow()), Operation.create(operation.subject()))
                    : List.of(operation);
        }
        if (!(operation.subject() instanceof NftElement element)) {
            return List.of(operation);
        }
        return switch (operation.verb()) {
            case CREATE ->
                fault == Fault.OVERWRITES_ELEMENTS ? List.of(Operation.delete(element), operation) : List.of(operation);
            case UPDATE -> fault == Fault.RESETS_NO_TIMEOUT ? List.of(Operation.create(element)) : List.of(operation);
            case DELETE ->
                fault == Fault.FAILS_TO_DELETE_A_MISSING_ELEMENT
                        ? List.of(Operation.update(element, element), operation)
                        : List.of(operation);
        };
    }

    private Outcome write(Operation operation) throws BackendException {
        Resource subject = operation.subject();
        boolean delete = operation.verb() == Verb.DELETE;
        if (delete && subject instanceof IpipLink link) {
            Set<LinkName> present = kernel.state().devices().keySet();
            if (fault == Fault.FAILS_TO_DELETE_A_MISSING_LINK && !present.contains(link.name())) {
                return Outcome.failed(operation, new Refusal("ENODEV", "No such device"));
            }
            if (fault == Fault.DELETES_UNMANAGED_LINKS && present.contains(link.name())) {
                kernel.linkDelete(link.name());
            }
            if (fault == Fault.DELETES_THE_WHOLE_GROUP) {
                kernel.state().links().values().stream()
                        .filter(other -> other.mark().group() == Mark.GROUP)
                        .forEach(other -> kernel.linkDelete(other.name()));
            }
        }
        if (operation.verb() == Verb.UPDATE && fault == Fault.REPLACES_INSTEAD_OF_UPDATING) {
            correct.execute(List.of(Operation.delete(operation.before().orElseThrow())));
            correct.execute(List.of(Operation.create(subject)));
            return Outcome.done(operation);
        }
        if (fault == Fault.OVERWRITES_CHANGED_ROUTES
                && operation.verb() == Verb.UPDATE
                && subject instanceof Route after) {
            kernel.state().routes().stream()
                    .filter(route -> route.key().equals(after.key()))
                    .forEach(kernel::routeDelete);
            return correct.execute(List.of(Operation.create(after))).get(0);
        }
        return correct.execute(List.of(operation)).get(0);
    }

    private List<Outcome> afterRefusal(List<Operation> operations) throws BackendException {
        if (fault == Fault.REPORTS_NOT_ATTEMPTED_BUT_WRITES) {
            correct.execute(operations);
        }
        return operations.stream()
                .map(fault == Fault.REPORTS_DONE_BUT_DOES_NOT_WRITE ? Outcome::done : Outcome::notAttempted)
                .toList();
    }

    @Override
    public void close() {
        correct.close();
    }
}
