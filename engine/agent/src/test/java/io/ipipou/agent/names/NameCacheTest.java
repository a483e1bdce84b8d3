package io.ipipou.agent.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.spi.state.Ipv4;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NameCacheTest {

    private static final Ipv4 FIRST = Ipv4.of("203.0.113.1");
    private static final Ipv4 SECOND = Ipv4.of("203.0.113.2");

    private final Map<String, List<Ipv4>> hosts = new HashMap<>();
    private final NameCache names = new NameCache(this::lookUp);
    private int lookups;

    private List<Ipv4> lookUp(String name) throws UnknownHostException {
        lookups++;
        if (!hosts.containsKey(name)) {
            throw new UnknownHostException(name);
        }
        return hosts.get(name);
    }

    @Test
    void aNameIsLookedUpOnceUntilTheCacheIsCleared() throws Exception {
        hosts.put("hub", List.of(FIRST));
        assertThat(names.resolve("hub")).containsExactly(FIRST);
        hosts.put("hub", List.of(SECOND));
        assertThat(names.resolve("hub")).containsExactly(FIRST);
        assertThat(lookups).isEqualTo(1);
        names.clear();
        assertThat(names.resolve("hub")).containsExactly(SECOND);
    }

    @Test
    void failuresAreCachedToo() throws Exception {
        assertThatThrownBy(() -> names.resolve("hub")).isInstanceOf(UnknownHostException.class);
        assertThatThrownBy(() -> names.resolve("hub")).isInstanceOf(UnknownHostException.class);
        assertThat(lookups).isEqualTo(1);
        hosts.put("hub", List.of());
        assertThat(names.refresh(Set.of("hub")))
                .as("it exists now, without addresses")
                .isTrue();
        assertThat(names.resolve("hub")).isEmpty();
    }

    @Test
    void aRefreshReturnsWhetherAnAnswerChanged() throws Exception {
        hosts.put("hub", List.of(FIRST, SECOND));
        hosts.put("other", List.of(FIRST));
        assertThat(names.refresh(Set.of("hub"))).as("not cached before").isTrue();
        names.resolve("other");
        hosts.put("hub", List.of(SECOND, FIRST));
        assertThat(names.refresh(Set.of("hub", "other"))).as("another order").isFalse();
        hosts.put("other", List.of(SECOND));
        assertThat(names.refresh(Set.of("hub"))).as("another name").isFalse();
        assertThat(names.refresh(Set.of("hub", "other"))).isTrue();
        assertThat(names.resolve("other")).containsExactly(SECOND);
    }

    @Test
    void aCachedAnswerSurvivesAFailedRefresh() throws Exception {
        hosts.put("hub", List.of(FIRST));
        names.resolve("hub");
        hosts.clear();
        assertThat(names.refresh(Set.of("hub"))).isFalse();
        assertThat(names.resolve("hub")).containsExactly(FIRST);
    }
}
