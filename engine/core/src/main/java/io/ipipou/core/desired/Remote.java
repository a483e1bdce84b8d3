package io.ipipou.core.desired;

import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.spi.state.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a tunnel's peer is, and where else it may be: a list of endpoints, or a name with several addresses.
 *
 * @param inUse is none of the candidates if a name has no answer, and then the kernel's is kept
 * @param candidates in the order in which they are tried, each once
 */
public record Remote(Endpoint inUse, List<Candidate> candidates) {

    /** An endpoint of the configuration, looked up. */
    public record Candidate(RemoteEndpoint configured, Endpoint endpoint) {

        /** The endpoint, after the name that it was found by. */
        @Override
        public String toString() {
            return configured.address().isPresent() ? configured.toString() : configured + " (" + endpoint + ")";
        }
    }

    public Remote {
        candidates = List.copyOf(candidates);
    }

    /** What to try when the one in use does not respond; empty if there is no other. */
    public Optional<Candidate> next() {
        List<Endpoint> endpoints = candidates.stream().map(Candidate::endpoint).toList();
        int next = endpoints.indexOf(inUse) + 1;
        return candidates.isEmpty()
                ? Optional.empty()
                : Optional.of(candidates.get(next % candidates.size()))
                        .filter(candidate -> !candidate.endpoint().equals(inUse));
    }

    /** What the configuration prefers, if it is not in use. */
    public Optional<Candidate> preferred() {
        return candidates.stream().findFirst().filter(first -> !first.endpoint().equals(inUse));
    }

    /** The host names by which the candidates were found. */
    public Set<String> names() {
        return candidates.stream()
                .map(Candidate::configured)
                .filter(endpoint -> endpoint.address().isEmpty())
                .map(RemoteEndpoint::host)
                .collect(Collectors.toSet());
    }

    /** The endpoint in use, with its name. */
    public String description() {
        return candidates.stream()
                .filter(candidate -> candidate.endpoint().equals(inUse))
                .findFirst()
                .map(Candidate::toString)
                .orElseGet(inUse::toString);
    }
}
