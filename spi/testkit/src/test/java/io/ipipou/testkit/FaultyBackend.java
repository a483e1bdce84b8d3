package io.ipipou.testkit;

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
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RuleCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
        SAYS_DONE_OF_WHAT_IT_DID_NOT("aRefusalEndsItAndTheOutcomesTellWhatIsThere");

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
                all.table(),
                all.elements());
    }

    @Override
    public Map<LinkName, LinkCounters> counters() throws BackendException {
        return fault == Fault.COUNTS_NOTHING ? Map.of() : right.counters();
    }

    @Override
    public Map<String, RuleCounter> ruleCounters() throws BackendException {
        return right.ruleCounters();
    }

    @Override
    public Optional<String> refuses(Operation operation) {
        return fault == Fault.REFUSES_NOTHING_BEFOREHAND ? Optional.empty() : right.refuses(operation);
    }

    @Override
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        List<Outcome> outcomes = new ArrayList<>();
        boolean refused = false;
        for (Operation operation : operations) {
            Outcome outcome = refused ? afterRefusal(operation) : execute(operation);
            refused = outcome.status() != Outcome.Status.DONE;
            outcomes.add(outcome);
        }
        return outcomes;
    }

    private Outcome execute(Operation operation) throws BackendException {
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

    private Outcome afterRefusal(Operation operation) throws BackendException {
        if (fault == Fault.SAYS_NOT_ATTEMPTED_OF_WHAT_IT_DID) {
            right.execute(List.of(operation));
        }
        return fault == Fault.SAYS_DONE_OF_WHAT_IT_DID_NOT ? Outcome.done(operation) : Outcome.notAttempted(operation);
    }

    @Override
    public void close() {
        right.close();
    }
}
