package io.ipipou.core.apply;

import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Problem;
import io.ipipou.core.desired.HostException;
import io.ipipou.core.desired.HostResolver;
import io.ipipou.core.desired.HostResolver.Whereabouts;
import io.ipipou.core.desired.Learnt;
import io.ipipou.core.desired.NameResolver;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.plan.Conflict;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.Planner;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Plans and applies one file on one host. Not safe for use by several threads. */
public final class Reconciler {

    /** How often a host that changes underneath an apply is followed before that is an error. */
    private static final int ROUNDS = 3;

    private final Config config;
    private final AuthSchemes schemes;
    private final Backend backend;
    private final NameResolver names;
    private final Optional<Whereabouts> whereabouts;
    private Optional<Resolution> resolution = Optional.empty();

    public Reconciler(Config config, AuthSchemes schemes, Backend backend, NameResolver names) {
        this(config, schemes, backend, names, Optional.empty());
    }

    /** @param whereabouts who knows where peers are; empty where only the kernel does */
    public Reconciler(
            Config config,
            AuthSchemes schemes,
            Backend backend,
            NameResolver names,
            Optional<Whereabouts> whereabouts) {
        this.config = config;
        this.schemes = schemes;
        this.backend = backend;
        this.names = names;
        this.whereabouts = whereabouts;
    }

    /** How a plan is made, each time from a fresh look at the host. */
    private interface Planning {
        Plan plan(ObservedState observed) throws HostException;
    }

    /**
     * What would change. Read only.
     *
     * @throws HostException if the file does not fit this host
     */
    public Plan plan() throws BackendException, HostException {
        return plan(observed -> towardsFile(observed, Set.of()));
    }

    /**
     * Converges the host and verifies it: done when a fresh plan is empty. Nothing is written while a conflict stands.
     *
     * @param announce is given the plan before anything is written
     * @throws HostException if the file does not fit this host
     */
    public ApplyReport apply(Consumer<Plan> announce) throws BackendException, HostException {
        return converge(observed -> towardsFile(observed, Set.of()), announce);
    }

    /**
     * As {@link #apply}, and where the kernel refuses a write takes what is ours back to what it was, and verifies that.
     * The journal tells of it from before the first write until either is done; an apply that died is finished, or undone
     * to where that one set out from. For an operator's apply; an agent that mends a host does better to keep the part
     * that it could mend.
     *
     * @throws BackendException also when it is not known what was done, and the message says what became of going back; or
     *     when the journal cannot be written or read, and then nothing was changed
     */
    public ApplyReport applyOrUndo(Journal journal, Consumer<Plan> announce) throws BackendException, HostException {
        Optional<Journal.Entry> unfinished = unfinished(journal);
        Set<FouListener> leftBehind = unfinished.map(Journal.Entry::made).orElse(Set.of());
        Planning planning = observed -> towardsFile(observed, leftBehind);
        ObservedState observed = backend.observe();
        Plan plan = checked(planning.plan(observed));
        Before found = Before.of(observed, plan);
        Before before = unfinished.map(found::from).orElse(found);
        announce.accept(plan);
        if (plan.isApplicable()) {
            begin(journal, before);
        }
        try {
            ApplyReport report = converge(planning, plan, new ArrayList<>());
            if (report.converged()) {
                end(journal);
            }
            return report.failures().isEmpty() ? report : report.with(undo(journal, before));
        } catch (BackendException e) {
            Undo undo = undo(journal, before);
            throw e.notPermitted() && undo.complete() ? e : new BackendException(e.getMessage() + "; " + told(undo), e);
        }
    }

    /**
     * Takes what is ours back to where an apply set out from that has not ended, and verifies that.
     *
     * @return empty when there is no such apply
     * @throws BackendException if the journal cannot be read
     */
    public Optional<Undo> rollback(Journal journal) throws BackendException {
        return unfinished(journal).map(entry -> undo(journal, new Before(entry.before(), entry.made())));
    }

    private static Optional<Journal.Entry> unfinished(Journal journal) throws BackendException {
        try {
            return journal.unfinished();
        } catch (IOException e) {
            throw new BackendException(
                    "the journal " + journal.path() + " cannot be read: " + e.getMessage()
                            + "; nothing was changed (delete it to go on without)",
                    e);
        }
    }

    private void begin(Journal journal, Before before) throws BackendException {
        try {
            journal.write(config.settings().nftTable(), before);
        } catch (IOException e) {
            throw new BackendException(
                    "the journal " + journal.path() + " cannot be written: " + e.getMessage() + "; nothing was changed",
                    e);
        }
    }

    private static void end(Journal journal) throws BackendException {
        try {
            journal.remove();
        } catch (IOException e) {
            throw new BackendException(
                    "all is done, but the journal " + journal.path() + " cannot be removed: " + e.getMessage(), e);
        }
    }

    private Undo undo(Journal journal, Before before) {
        Undo undo = undo(before);
        if (undo.complete()) {
            try {
                end(journal);
            } catch (BackendException e) {
                return new Undo(undo.outcomes(), undo.remaining(), Optional.of(String.valueOf(e.getMessage())));
            }
        }
        return undo;
    }

    private static String told(Undo undo) {
        return undo.complete()
                ? "the host was taken back to what it was, and verified"
                : "the host could not be taken back to what it was"
                        + undo.fault().map(why -> ": " + why).orElse("");
    }

    private Undo undo(Before before) {
        List<Outcome> outcomes = new ArrayList<>();
        try {
            Planning back = observed -> Planner.plan(before.state(), observed, before.made());
            ApplyReport report = converge(back, plan(back), outcomes);
            return new Undo(
                    outcomes,
                    Optional.of(
                            report.remaining().isPresent() ? report.remaining().get() : plan(back)),
                    Optional.empty());
        } catch (BackendException | HostException e) {
            return new Undo(outcomes, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /**
     * Removes all that is ours, whether the file names it or not, and verifies that it is gone.
     *
     * @param announce is given the plan before anything is written
     */
    public ApplyReport destroy(Consumer<Plan> announce) throws BackendException, HostException {
        Set<FouListener> claimed = config.tunnels().stream()
                .map(tunnel -> FouListener.onPort(tunnel.local().port()))
                .collect(Collectors.toSet());
        return converge(observed -> Planner.planDestroy(claimed, observed), announce);
    }

    /** What the file asked of the host when it was last looked at; empty before the first plan. */
    public Optional<Resolution> resolution() {
        return resolution;
    }

    /**
     * Takes one tunnel to where its peer is now, without looking at the rest of the host.
     *
     * @param before where it was, empty when the tunnel is not there yet
     * @param table the gate, which stays as it is
     * @return what became of each write; after a refusal the host has to be converged as a whole
     */
    public List<Outcome> move(RoamingTunnel tunnel, Optional<Learnt> before, Learnt after, NftTable table)
            throws BackendException {
        return backend.execute(Planner.planMove(tunnel, before, after, table).operations());
    }

    private Resolution resolve(ObservedState observed) throws HostException {
        return whereabouts.isPresent()
                ? HostResolver.resolve(config, schemes, observed, names, whereabouts.get())
                : HostResolver.resolve(config, schemes, observed, names);
    }

    /** @param leftBehind listeners that an apply made that has not ended */
    private Plan towardsFile(ObservedState observed, Set<FouListener> leftBehind) throws HostException {
        Resolution asked = resolve(observed);
        resolution = Optional.of(asked);
        return Planner.plan(asked.state(), observed, leftBehind)
                .withNotes(asked.warnings().stream().map(Problem::toString).toList());
    }

    private Plan plan(Planning planning) throws BackendException, HostException {
        return checked(planning.plan(backend.observe()));
    }

    private Plan checked(Plan plan) {
        List<Conflict> refused = plan.operations().stream()
                .flatMap(operation -> backend
                        .refuses(operation)
                        .map(why -> new Conflict(operation.id(), why, "choose another backend with settings.backend"))
                        .stream())
                .toList();
        return plan.withConflicts(refused);
    }

    private ApplyReport converge(Planning planning, Consumer<Plan> announce) throws BackendException, HostException {
        Plan first = plan(planning);
        announce.accept(first);
        return converge(planning, first, new ArrayList<>());
    }

    private ApplyReport converge(Planning planning, Plan first, List<Outcome> outcomes)
            throws BackendException, HostException {
        Plan current = first;
        for (int round = 0; round < ROUNDS && current.isApplicable(); round++) {
            List<Outcome> batch = backend.execute(current.operations());
            outcomes.addAll(batch);
            if (batch.stream().anyMatch(outcome -> outcome.status() == Outcome.Status.FAILED)) {
                return new ApplyReport(first, outcomes, Optional.empty());
            }
            current = plan(planning);
        }
        return new ApplyReport(first, outcomes, Optional.of(current));
    }
}
