package io.ipipou.core.apply;

import io.ipipou.core.apply.FilePlanning.OnRefusal;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.Planner;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.NftTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Plans and applies one configuration on one host. Used by one thread at a time. */
public final class Reconciler {

    private final Config config;
    private final AuthSchemes schemes;
    private final Convergence convergence;
    private final Supplier<Map<String, NameAnswer>> names;
    private final EndpointLookup endpoints;
    private Optional<FilePlanning> latest = Optional.empty();

    /**
     * @param names what is known of the configuration's host names, each time that a plan is made; must not block
     * @param endpoints where peers are
     */
    public Reconciler(
            Config config,
            AuthSchemes schemes,
            Backend backend,
            Supplier<Map<String, NameAnswer>> names,
            EndpointLookup endpoints) {
        this.config = config;
        this.schemes = schemes;
        this.convergence = new Convergence(backend);
        this.names = names;
        this.endpoints = endpoints;
    }

    /** Plans what would change. Only reads. */
    public Plan plan() throws BackendException {
        return convergence.plan(towardsFile(Set.of(), OnRefusal.LEAVE));
    }

    /**
     * Makes the host match the configuration as far as it can: for an agent's start and repairs. Defers the tunnels for which
     * the kernel refuses a write, and keeps what was done. Finishes an apply that was interrupted.
     *
     * @param announce receives the plan before the first write
     * @throws PendingConfirmationException if an apply needs a confirmation; then nothing was changed
     */
    public ApplyReport repair(Journal journal, Consumer<Plan> announce)
            throws BackendException, PendingConfirmationException {
        return transaction(journal).repair(leftBehind -> towardsFile(leftBehind, OnRefusal.LEAVE), announce);
    }

    /**
     * Applies the configuration. Tunnels for which the kernel refuses a write go back to their state before, and are deferred.
     * The journal describes the apply from before its first write until it has succeeded or was rolled back. If an earlier
     * apply did not finish, this one continues it, or rolls back to the state before that one.
     *
     * @throws PendingConfirmationException if another apply awaits confirmation
     * @throws NotAppliedException if the check fails
     * @throws BackendException also if it is unknown which writes succeeded, and then the message has the result of the
     *     rollback; or if the journal cannot be read or written or no guard be started, and then nothing was changed
     */
    public ApplyReport apply(Journal journal, ApplyRequest request) throws BackendException, NotAppliedException {
        OnRefusal onRefusal = request.whole() ? OnRefusal.STOP : OnRefusal.ROLL_BACK_TUNNEL;
        return transaction(journal).run(leftBehind -> towardsFile(leftBehind, onRefusal), request);
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
    public ApplyReport destroy(Consumer<Plan> announce) throws BackendException {
        Set<FouListener> configured = config.tunnels().stream()
                .map(tunnel -> FouListener.onPort(tunnel.local().port()))
                .collect(Collectors.toSet());
        return converge(convergence.towards(DesiredState.NOTHING, configured), announce);
    }

    /** What is known of the configuration's host names. */
    public Map<String, NameAnswer> names() {
        return names.get();
    }

    /** The desired state of the last plan; empty before the first. */
    public Optional<Resolution> resolution() {
        return latest.flatMap(FilePlanning::resolution);
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

    private FilePlanning towardsFile(Set<FouListener> leftBehind, OnRefusal onRefusal) {
        FilePlanning planning = new FilePlanning(config, schemes, convergence, names, endpoints, leftBehind, onRefusal);
        latest = Optional.of(planning);
        return planning;
    }

    private ApplyReport converge(Convergence.Planning planning, Consumer<Plan> announce) throws BackendException {
        Plan first = convergence.plan(planning);
        announce.accept(first);
        return convergence.run(planning, first, new ArrayList<>());
    }
}
