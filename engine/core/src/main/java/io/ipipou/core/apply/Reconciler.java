package io.ipipou.core.apply;

import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Problem;
import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.HostResolver;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.name.NameResolver;
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

/** Plans and applies one configuration on one host. Used by one thread at a time. */
public final class Reconciler {

    private final Config config;
    private final AuthSchemes schemes;
    private final Convergence convergence;
    private final NameResolver names;
    private final Optional<EndpointLookup> endpoints;
    private Optional<Resolution> resolution = Optional.empty();

    public Reconciler(Config config, AuthSchemes schemes, Backend backend, NameResolver names) {
        this(config, schemes, backend, names, Optional.empty());
    }

    /** @param endpoints where peers are; empty to take it from the kernel */
    public Reconciler(
            Config config,
            AuthSchemes schemes,
            Backend backend,
            NameResolver names,
            Optional<EndpointLookup> endpoints) {
        this.config = config;
        this.schemes = schemes;
        this.convergence = new Convergence(backend);
        this.names = names;
        this.endpoints = endpoints;
    }

    /**
     * Plans what would change. Only reads.
     *
     * @throws UnresolvableException if the configuration does not fit the host
     */
    public Plan plan() throws BackendException, UnresolvableException {
        return convergence.plan(observed -> towardsFile(observed, Set.of()));
    }

    /**
     * Applies the configuration and verifies the result: a new plan must be empty. Writes nothing if there is a
     * conflict. After a failed write, keeps what was done: for an agent's repairs.
     *
     * @param announce receives the plan before the first write
     * @throws UnresolvableException if the configuration does not fit the host
     */
    public ApplyReport apply(Consumer<Plan> announce) throws BackendException, UnresolvableException {
        return converge(observed -> towardsFile(observed, Set.of()), announce);
    }

    /** As {@link #applyOrRollBack(Journal, PlanCheck, Optional)} without a confirmation. */
    public ApplyReport applyOrRollBack(Journal journal, PlanCheck check)
            throws BackendException, UnresolvableException {
        return applyOrRollBack(journal, check, Optional.empty());
    }

    /**
     * Applies the configuration as one transaction: after a failed write, restores the managed objects as they were
     * before, and verifies that. The journal describes the apply from before its first write until it has succeeded or
     * was rolled back. If an earlier apply did not finish, this one continues it, or rolls back to the state before
     * that one.
     *
     * @param confirm keeps the journal until the apply is confirmed, and has a guard roll it back if it is not
     * @throws PendingConfirmationException if another apply awaits confirmation
     * @throws BackendException also if it is unknown which writes succeeded, and then the message has the result of the
     *     rollback; or if the journal cannot be read or written or no guard be started, and then nothing was changed
     */
    public ApplyReport applyOrRollBack(Journal journal, PlanCheck check, Optional<CommitConfirm> confirm)
            throws BackendException, UnresolvableException {
        return transaction(journal).run(leftBehind -> observed -> towardsFile(observed, leftBehind), check, confirm);
    }

    /**
     * Rolls back an apply that did not finish or awaits confirmation, and verifies the result.
     *
     * @return empty if there is no such apply
     * @throws BackendException if the journal cannot be read
     */
    public Optional<RollbackResult> rollback(Journal journal) throws BackendException {
        return transaction(journal).rollback();
    }

    private Transaction transaction(Journal journal) {
        return new Transaction(convergence, journal, config.settings().nftTable());
    }

    /**
     * Deletes all managed objects, whether the configuration has them or not, and verifies that they are gone.
     *
     * @param announce receives the plan before the first write
     */
    public ApplyReport destroy(Consumer<Plan> announce) throws BackendException, UnresolvableException {
        Set<FouListener> configured = config.tunnels().stream()
                .map(tunnel -> FouListener.onPort(tunnel.local().port()))
                .collect(Collectors.toSet());
        return converge(observed -> Planner.plan(DesiredState.NOTHING, observed, configured), announce);
    }

    /** The desired state of the last plan; empty before the first. */
    public Optional<Resolution> resolution() {
        return resolution;
    }

    /**
     * Moves one tunnel to its peer's new endpoint, without reading the host's state.
     *
     * @param before where the peer was; empty when the tunnel does not exist yet
     * @param table the gate's table, which does not change
     * @return the outcome of each write; after a failure the whole host must be converged
     */
    public List<Outcome> move(
            RoamingTunnel tunnel, Optional<LearntEndpoint> before, LearntEndpoint after, NftTable table)
            throws BackendException {
        return convergence.write(Planner.planMove(tunnel, before, after, table).operations());
    }

    private Resolution resolve(ObservedState observed) throws UnresolvableException {
        return endpoints.isPresent()
                ? HostResolver.resolve(config, schemes, observed, names, endpoints.get())
                : HostResolver.resolve(config, schemes, observed, names);
    }

    /** @param leftBehind listeners of an apply that did not finish */
    private Plan towardsFile(ObservedState observed, Set<FouListener> leftBehind) throws UnresolvableException {
        Resolution resolved = resolve(observed);
        resolution = Optional.of(resolved);
        return Planner.plan(resolved.state(), observed, leftBehind)
                .withNotes(resolved.warnings().stream().map(Problem::toString).toList());
    }

    private ApplyReport converge(Convergence.Planning planning, Consumer<Plan> announce)
            throws BackendException, UnresolvableException {
        Plan first = convergence.plan(planning);
        announce.accept(first);
        return convergence.run(planning, first, new ArrayList<>());
    }
}
