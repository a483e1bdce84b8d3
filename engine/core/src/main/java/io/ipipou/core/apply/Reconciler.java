package io.ipipou.core.apply;

import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Problem;
import io.ipipou.core.desired.HostResolver;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.NameResolver;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.Planner;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Plans and applies one file on one host. Not safe for use by several threads. */
public final class Reconciler {

    private final Config config;
    private final AuthSchemes schemes;
    private final Convergence convergence;
    private final NameResolver names;
    private final Optional<EndpointLookup> whereabouts;
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
            Optional<EndpointLookup> whereabouts) {
        this.config = config;
        this.schemes = schemes;
        this.convergence = new Convergence(backend);
        this.names = names;
        this.whereabouts = whereabouts;
    }

    /**
     * What would change. Read only.
     *
     * @throws UnresolvableException if the file does not fit this host
     */
    public Plan plan() throws BackendException, UnresolvableException {
        return convergence.plan(observed -> towardsFile(observed, Set.of()));
    }

    /**
     * Converges the host and verifies it: done when a fresh plan is empty. Nothing is written while a conflict stands.
     *
     * @param announce is given the plan before anything is written
     * @throws UnresolvableException if the file does not fit this host
     */
    public ApplyReport apply(Consumer<Plan> announce) throws BackendException, UnresolvableException {
        return converge(observed -> towardsFile(observed, Set.of()), announce);
    }

    /**
     * As {@link #applyOrRollBack(Journal, PlanCheck, Optional)}, of an apply that needs nobody to confirm it.
     */
    public ApplyReport applyOrRollBack(Journal journal, PlanCheck approval)
            throws BackendException, UnresolvableException {
        return applyOrRollBack(journal, approval, Optional.empty());
    }

    /**
     * As {@link #apply}, and where the kernel refuses a write takes what is ours back to what it was, and verifies that.
     * The journal tells of it from before the first write until either is done; an apply that died is finished, or undone
     * to where that one set out from. For an operator's apply; an agent that mends a host does better to keep the part
     * that it could mend.
     *
     * @param unconfirmed has the journal tell of it until it is confirmed, and a guard undo it when that does not happen;
     *     empty when an apply that succeeds is done
     * @throws PendingConfirmationException if another apply has to be confirmed first
     * @throws BackendException also when it is not known what was done, and the message says what became of going back; or
     *     when the journal cannot be written or read, or no guard started, and then nothing was changed
     */
    public ApplyReport applyOrRollBack(Journal journal, PlanCheck approval, Optional<CommitConfirm> unconfirmed)
            throws BackendException, UnresolvableException {
        return transaction(journal)
                .run(leftBehind -> observed -> towardsFile(observed, leftBehind), approval, unconfirmed);
    }

    /**
     * Takes what is ours back to where an apply set out from that has not ended or not been confirmed, and verifies that.
     *
     * @return empty when there is no such apply
     * @throws BackendException if the journal cannot be read
     */
    public Optional<RollbackResult> rollback(Journal journal) throws BackendException {
        return transaction(journal).rollback();
    }

    private Transaction transaction(Journal journal) {
        return new Transaction(convergence, journal, config.settings().nftTable());
    }

    /**
     * Removes all that is ours, whether the file names it or not, and verifies that it is gone.
     *
     * @param announce is given the plan before anything is written
     */
    public ApplyReport destroy(Consumer<Plan> announce) throws BackendException, UnresolvableException {
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
    public List<Outcome> move(
            RoamingTunnel tunnel, Optional<LearntEndpoint> before, LearntEndpoint after, NftTable table)
            throws BackendException {
        return convergence.write(Planner.planMove(tunnel, before, after, table).operations());
    }

    private Resolution resolve(ObservedState observed) throws UnresolvableException {
        return whereabouts.isPresent()
                ? HostResolver.resolve(config, schemes, observed, names, whereabouts.get())
                : HostResolver.resolve(config, schemes, observed, names);
    }

    /** @param leftBehind listeners that an apply made that has not ended */
    private Plan towardsFile(ObservedState observed, Set<FouListener> leftBehind) throws UnresolvableException {
        Resolution asked = resolve(observed);
        resolution = Optional.of(asked);
        return Planner.plan(asked.state(), observed, leftBehind)
                .withNotes(asked.warnings().stream().map(Problem::toString).toList());
    }

    private ApplyReport converge(Convergence.Planning planning, Consumer<Plan> announce)
            throws BackendException, UnresolvableException {
        Plan first = convergence.plan(planning);
        announce.accept(first);
        return convergence.run(planning, first, new ArrayList<>());
    }
}
