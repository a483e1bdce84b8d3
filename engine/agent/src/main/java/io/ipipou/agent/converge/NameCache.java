package io.ipipou.agent.converge;

import io.ipipou.core.desired.NameResolver;
import io.ipipou.spi.state.Ipv4;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks for each name once, and remembers the answer until it is told to forget or to look again: whoever looks at the host
 * over and over asks nobody. Safe for use by several threads.
 */
public final class NameCache implements NameResolver {

    /** @param failure why there are none; the addresses are nothing then */
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

    /** Blocks only at a name that is not remembered. */
    @Override
    public List<Ipv4> resolve(String name) throws UnknownHostException {
        Answer answer = Optional.ofNullable(answers.get(name)).orElseGet(() -> ask(name));
        answers.putIfAbsent(name, answer);
        if (answer.failure().isPresent()) {
            throw new UnknownHostException(answer.failure().get());
        }
        return answer.addresses();
    }

    /** The next {@link #resolve} of any name asks again. */
    public void forget() {
        answers.clear();
    }

    /**
     * Asks for these names again, on the calling thread, which it blocks. A name that cannot be resolved now keeps the
     * answer it had.
     *
     * @return whether any answer is another now, whatever the order of its addresses
     */
    public boolean lookAgain(Set<String> names) {
        boolean changed = false;
        for (String name : names) {
            Answer now = ask(name);
            if (now.failure().isEmpty()) {
                Answer before = answers.put(name, now);
                changed |= before == null || !before.isSame(now);
            }
        }
        return changed;
    }

    private Answer ask(String name) {
        try {
            return new Answer(List.copyOf(resolver.resolve(name)), Optional.empty());
        } catch (UnknownHostException e) {
            return new Answer(List.of(), Optional.of(String.valueOf(e.getMessage())));
        }
    }
}
