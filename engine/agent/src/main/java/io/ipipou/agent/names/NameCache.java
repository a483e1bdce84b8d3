package io.ipipou.agent.names;

import io.ipipou.core.name.NameResolver;
import io.ipipou.spi.state.Ipv4;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Resolves each name once and caches the answer, also a failure, until {@link #clear} or {@link #refresh}: checking the
 * host for drift must not wait for DNS. Thread-safe.
 */
public final class NameCache implements NameResolver {

    /** @param failure why there are no addresses; empty when the name was resolved */
    private record Answer(List<Ipv4> addresses, Optional<String> failure) {

        boolean isSame(Answer other) {
            return Set.copyOf(addresses).equals(Set.copyOf(other.addresses))
                    && failure.isPresent() == other.failure.isPresent();
        }
    }

    private final NameResolver resolver;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    public NameCache(NameResolver resolver) {
        this.resolver = resolver;
    }

    /** Blocks only for a name that is not in the cache. */
    @Override
    public List<Ipv4> resolve(String name) throws UnknownHostException {
        Answer answer = Optional.ofNullable(answers.get(name)).orElseGet(() -> lookUp(name));
        answers.putIfAbsent(name, answer);
        if (answer.failure().isPresent()) {
            throw new UnknownHostException(answer.failure().get());
        }
        return answer.addresses();
    }

    /** Makes the next {@link #resolve} of any name look it up again. */
    public void clear() {
        answers.clear();
    }

    /**
     * Looks these names up again, on the calling thread. A name that cannot be resolved now keeps its cached answer.
     *
     * @return whether any answer changed; the order of addresses does not count
     */
    public boolean refresh(Set<String> names) {
        boolean changed = false;
        for (String name : names) {
            Answer now = lookUp(name);
            if (now.failure().isEmpty()) {
                Answer before = answers.put(name, now);
                changed |= before == null || !before.isSame(now);
            }
        }
        return changed;
    }

    private Answer lookUp(String name) {
        try {
            return new Answer(List.copyOf(resolver.resolve(name)), Optional.empty());
        } catch (UnknownHostException e) {
            return new Answer(List.of(), Optional.of(String.valueOf(e.getMessage())));
        }
    }
}
