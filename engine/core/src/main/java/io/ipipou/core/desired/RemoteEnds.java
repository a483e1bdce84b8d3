package io.ipipou.core.desired;

import io.ipipou.core.config.Problem;
import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.Remote.Candidate;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.ObservedState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Finds where peers are: looks up the names in their endpoints, and keeps to the endpoint in use. */
final class RemoteEnds {

    private final ObservedState observed;
    private final Map<String, NameAnswer> names;
    private final List<Problem> warnings = new ArrayList<>();

    RemoteEnds(ObservedState observed, Map<String, NameAnswer> names) {
        this.observed = observed;
        this.names = names;
    }

    /** Every endpoint that the peer can authenticate from; empty for any. */
    Set<Endpoint> allowed(Tunnel tunnel, Optional<Remote> remote) {
        Set<Endpoint> allowed = new HashSet<>(all(tunnel));
        remote.map(Remote::inUse).ifPresent(allowed::add);
        return allowed;
    }

    /** Every endpoint that the peer can have, also those by an earlier answer of a name whose answers alternate. */
    private List<Endpoint> all(Tunnel tunnel) {
        return tunnel.peer().endpoints().stream()
                .flatMap(endpoint -> at(endpoint, NameAnswer::alternating))
                .distinct()
                .toList();
    }

    /**
     * Where the peer is; empty when the configuration does not say.
     *
     * @param chosen the endpoint that the agent has chosen, which counts if it is one of the peer's; without it, the kernel's
     *     does
     */
    Optional<Remote> remote(Tunnel tunnel, Optional<Endpoint> chosen) throws DeferredException {
        List<RemoteEndpoint> configured = tunnel.peer().endpoints();
        if (configured.isEmpty()) {
            return Optional.empty();
        }
        List<Candidate> candidates = new ArrayList<>();
        for (RemoteEndpoint endpoint : configured) {
            at(endpoint, NameAnswer::addresses)
                    .filter(found -> candidates.stream()
                            .noneMatch(other -> other.endpoint().equals(found)))
                    .forEach(found -> candidates.add(new Candidate(endpoint, found)));
        }
        List<Endpoint> possible = all(tunnel);
        Optional<Endpoint> current = Optional.ofNullable(observed.links().get(tunnel.name()))
                .filter(link -> link.mark().isManaged())
                .map(link -> new Endpoint(link.outer().remote(), link.encap().destinationPort()));
        Optional<Endpoint> kept = chosen.filter(possible::contains).or(() -> current.filter(possible::contains));
        if (kept.isEmpty()) {
            // Another port of the address in use is no reason to leave the address.
            kept = current.flatMap(link -> possible.stream()
                    .filter(endpoint -> endpoint.address().equals(link.address()))
                    .findFirst());
        }
        if (kept.isEmpty()) {
            kept = withoutAnswer(tunnel, current);
        }
        return Optional.of(new Remote(kept.orElseGet(() -> candidates.get(0).endpoint()), candidates));
    }

    /** Keeps the tunnel where it is while a name has no answer: the endpoint in use may be that name's. */
    private Optional<Endpoint> withoutAnswer(Tunnel tunnel, Optional<Endpoint> current) throws DeferredException {
        List<RemoteEndpoint> configured = tunnel.peer().endpoints();
        List<RemoteEndpoint> unanswered = configured.stream()
                .filter(endpoint ->
                        at(endpoint, NameAnswer::addresses).findAny().isEmpty())
                .toList();
        if (unanswered.isEmpty()) {
            return Optional.empty();
        }
        String failure = answer(unanswered.get(0)).failure().orElseThrow();
        if (current.isEmpty()) {
            if (unanswered.size() == configured.size()) {
                throw new DeferredException(failure, "");
            }
            return Optional.empty();
        }
        Ipv4 last = current.get().address();
        warnings.add(new Problem(
                tunnel.peer().position(),
                "peers." + tunnel.peer().name() + (configured.size() > 1 ? ".endpoints" : ".endpoint"),
                failure,
                "the tunnel stays at " + last));
        int port = unanswered.stream()
                        .anyMatch(endpoint -> endpoint.port() == current.get().port())
                ? current.get().port()
                : unanswered.get(0).port();
        return Optional.of(new Endpoint(last, port));
    }

    private Stream<Endpoint> at(RemoteEndpoint endpoint, Function<NameAnswer, List<Ipv4>> which) {
        List<Ipv4> addresses = endpoint.address().map(List::of).orElseGet(() -> which.apply(answer(endpoint)));
        return addresses.stream().map(address -> new Endpoint(address, endpoint.port()));
    }

    private NameAnswer answer(RemoteEndpoint endpoint) {
        return names.getOrDefault(endpoint.host(), NameAnswer.unknown(endpoint.host()));
    }

    /** Names without an answer whose tunnels stay where they are. */
    List<Problem> warnings() {
        return warnings;
    }
}
