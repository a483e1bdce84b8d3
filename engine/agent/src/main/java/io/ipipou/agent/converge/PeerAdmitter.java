package io.ipipou.agent.converge;

import io.ipipou.agent.event.Event;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ResourceId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Admits authenticated peers at the endpoints that they authenticate from. Thread-safe. */
public final class PeerAdmitter {

    private static final Logger LOG = LoggerFactory.getLogger(PeerAdmitter.class);

    /** An admission is renewed after this part of its lifetime, so that not every authentication causes a write. */
    private static final int RENEWAL_PART = 8;

    private final Converger converger;
    private final KernelWriter writer;
    private final PeerTable peers;

    /** @param writer of the converger */
    public PeerAdmitter(Converger converger, KernelWriter writer, PeerTable peers) {
        this.converger = converger;
        this.writer = writer;
        this.peers = peers;
    }

    /**
     * Admits the tunnel's peer at an endpoint.
     *
     * @param onAdmitted called once it is admitted: at once if it already is, else on the writing thread
     */
    public void admit(RoamingTunnel tunnel, Endpoint endpoint, Runnable onAdmitted) {
        if (isFresh(tunnel, endpoint)) {
            onAdmitted.run();
            return;
        }
        writer.execute(() -> {
            try {
                if (admitNow(tunnel, endpoint)) {
                    onAdmitted.run();
                }
            } catch (BackendException | RuntimeException e) {
                Event.PEER_ADMIT_FAILED.log(LOG, tunnel.tunnel().name(), endpoint, String.valueOf(e.getMessage()));
            }
        });
    }

    /** Whether the peer is admitted there and its admission need not be renewed yet. */
    private boolean isFresh(RoamingTunnel tunnel, Endpoint endpoint) {
        Duration lifetime = tunnel.tunnel().authLifetime();
        Duration renewal = lifetime.minus(lifetime.dividedBy(RENEWAL_PART));
        return peers.endpointOf(tunnel.tunnel().name())
                .filter(learnt -> learnt.admitted() && learnt.endpoint().equals(endpoint))
                .filter(learnt -> learnt.remaining()
                        .map(remaining -> remaining.compareTo(renewal) >= 0)
                        .orElse(true))
                .isPresent();
    }

    private boolean admitNow(RoamingTunnel tunnel, Endpoint endpoint) throws BackendException {
        if (converger.resolution().state().table().isEmpty()) { // the kernel refused it
            converger.applyNow();
        }
        Resolution resolution = converger.resolution();
        LinkName name = tunnel.tunnel().name();
        if (resolution.state().table().isEmpty()) {
            return false;
        }
        if (isConfigured(resolution, endpoint, tunnel.tunnel().local().port())) {
            Event.PEER_CONFLICT.log(LOG, name, endpoint);
            return false;
        }
        Reconciler reconciler = converger.reconciler();
        for (RoamingTunnel other : othersAdmittedAt(resolution, tunnel, endpoint)) {
            Event.PEER_DISPLACED.log(LOG, other.tunnel().name(), endpoint, name);
            move(reconciler, resolution, other, LearntEndpoint.expired(endpoint));
        }
        Optional<Endpoint> before =
                peers.endpointOf(name).filter(LearntEndpoint::admitted).map(LearntEndpoint::endpoint);
        LearntEndpoint after = LearntEndpoint.admitted(endpoint, tunnel.tunnel().authLifetime());
        if (!move(reconciler, resolution, tunnel, after)) {
            return false;
        }
        // A renewal is not logged.
        if (before.isEmpty()) {
            Event.PEER_ADMITTED.log(LOG, name, endpoint);
        } else if (!before.get().equals(endpoint)) {
            Event.PEER_MOVED.log(LOG, name, endpoint, before.get());
        }
        return true;
    }

    /** Whether the configuration assigns the endpoint to another peer at this port. */
    private static boolean isConfigured(Resolution resolution, Endpoint endpoint, int port) {
        return resolution.state().links().values().stream()
                .filter(link -> link.encap().sourcePort() == port
                        && link.encap().destinationPort() == endpoint.port()
                        && link.outer().remote().equals(endpoint.address()))
                .anyMatch(link -> resolution.roaming().stream()
                        .noneMatch(tunnel -> tunnel.tunnel().name().equals(link.name())));
    }

    private List<RoamingTunnel> othersAdmittedAt(Resolution resolution, RoamingTunnel tunnel, Endpoint endpoint) {
        Set<LinkName> there = peers.tunnelsAt(endpoint);
        return resolution.roaming().stream()
                .filter(other -> there.contains(other.tunnel().name())
                        && other.tunnel().local().port()
                                == tunnel.tunnel().local().port()
                        && !other.tunnel().name().equals(tunnel.tunnel().name())
                        && peers.endpointOf(other.tunnel().name())
                                .filter(LearntEndpoint::admitted)
                                .isPresent())
                .toList();
    }

    /** Writes the tunnel's new endpoint; if the kernel refuses that, applies the whole configuration with it. */
    private boolean move(Reconciler reconciler, Resolution resolution, RoamingTunnel tunnel, LearntEndpoint after)
            throws BackendException {
        LinkName name = tunnel.tunnel().name();
        Optional<LearntEndpoint> before = peers.endpointOf(name);
        List<Outcome> outcomes = writer.locked(() -> reconciler.move(
                tunnel, before, after, resolution.state().table().orElseThrow()));
        peers.moved(name, after);
        Optional<Outcome> failure = outcomes.stream()
                .filter(outcome -> outcome.status() == Outcome.Status.FAILED)
                .findFirst();
        if (failure.isEmpty()) {
            return true;
        }
        LOG.warn(
                "{}: {}; applying the whole configuration",
                failure.get().operation().id(),
                failure.get().refusal().orElseThrow());
        ApplyReport report = converger.applyNow();
        return report.converged()
                && report.deferred().stream()
                        .noneMatch(deferral -> deferral.resource().equals(new ResourceId(IpipLink.KIND, name.value())));
    }
}
