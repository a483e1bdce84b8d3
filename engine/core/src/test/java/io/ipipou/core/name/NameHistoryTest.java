package io.ipipou.core.name;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.state.Ipv4;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameHistoryTest {

    private final NameHistory history = new NameHistory(answer("192.0.2.1"), at(0));

    private static NameAnswer answer(String... addresses) {
        return NameAnswer.of(Arrays.stream(addresses).map(Ipv4::of).toList());
    }

    /** A monotonic clock may wrap. */
    private static long at(long seconds) {
        return Long.MAX_VALUE
                - Duration.ofSeconds(45).toNanos()
                + Duration.ofSeconds(seconds).toNanos();
    }

    private List<String> kept(long seconds, String... addresses) {
        history.add(answer(addresses), at(seconds));
        return history.latest().alternating().stream().map(Ipv4::toString).toList();
    }

    @Test
    void aNameThatChangesIsFollowed() {
        assertThat(kept(30, "192.0.2.2")).containsExactly("192.0.2.2");
        assertThat(kept(60, "192.0.2.3")).containsExactly("192.0.2.3");
        assertThat(kept(90, "192.0.2.3", "192.0.2.4")).containsExactly("192.0.2.3", "192.0.2.4");
    }

    @Test
    void addressesThatComeBackAreKept() {
        kept(30, "192.0.2.2");
        assertThat(kept(60, "192.0.2.1")).containsExactly("192.0.2.1", "192.0.2.2");
        assertThat(history.latest().addresses()).containsExactly(Ipv4.of("192.0.2.1"));
        assertThat(kept(90, "192.0.2.3")).containsExactly("192.0.2.3", "192.0.2.1", "192.0.2.2");
    }

    @Test
    void afterAWhileANameThatAlternatedIsFollowedAgain() {
        kept(30, "192.0.2.2");
        kept(60, "192.0.2.1");
        assertThat(kept(300, "192.0.2.1")).containsExactly("192.0.2.1", "192.0.2.2");
        assertThat(kept(400, "192.0.2.1")).containsExactly("192.0.2.1");
        assertThat(kept(430, "192.0.2.2")).containsExactly("192.0.2.2");
    }

    @Test
    void aFailureKeepsWhatWasKnown() {
        kept(30, "192.0.2.2");
        kept(60, "192.0.2.1");
        history.add(NameAnswer.failed("hub does not resolve"), at(90));
        assertThat(history.latest().failure()).contains("hub does not resolve");
        assertThat(history.latest().addresses()).containsExactly(Ipv4.of("192.0.2.1"));
        assertThat(history.latest().alternating()).contains(Ipv4.of("192.0.2.2"));
    }
}
