package io.ipipou.core.name;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.state.Ipv4;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NameLookupsTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static NameResolver resolving(Map<String, List<String>> records) {
        return name -> {
            List<String> addresses = records.get(name);
            if (addresses == null) {
                throw new UnknownHostException(name);
            }
            return addresses.stream().map(Ipv4::of).toList();
        };
    }

    private static NameAnswer answer(NameResolver resolver, String name) {
        return only(new NameLookups(resolver, LONG).lookUp(List.of(name)), name);
    }

    private static NameAnswer only(Map<String, NameAnswer> answers, String name) {
        return Optional.ofNullable(answers.get(name)).orElseThrow();
    }

    @Test
    void addressesAreSorted() {
        assertThat(answer(resolving(Map.of("hub", List.of("198.51.100.9", "192.0.2.1"))), "hub"))
                .isEqualTo(NameAnswer.of(List.of(Ipv4.of("192.0.2.1"), Ipv4.of("198.51.100.9"))));
    }

    @Test
    void aNameWithoutAUsableAddressSaysWhy() {
        Map<String, List<String>> records = new HashMap<>();
        records.put("six", List.of());
        records.put("self", List.of("127.0.0.1"));
        records.put("all", List.of("224.0.0.1"));
        records.put("mixed", List.of("127.0.1.1", "192.0.2.1"));
        NameResolver resolver = resolving(records);
        assertThat(answer(resolver, "none").failure()).contains("none does not resolve");
        assertThat(answer(resolver, "six").failure()).contains("six has no IPv4 address");
        assertThat(answer(resolver, "self").failure())
                .contains("self resolves to 127.0.0.1, which is no other host's address");
        assertThat(answer(resolver, "all").failure())
                .contains("all resolves to 224.0.0.1, which is no other host's address");
        assertThat(answer(resolver, "mixed")).isEqualTo(NameAnswer.of(List.of(Ipv4.of("192.0.2.1"))));
    }

    @Test
    void aSilentResolverDelaysOnlyUntilTheDeadlineAndItsLateAnswerIsKept() {
        CountDownLatch answers = new CountDownLatch(1);
        NameLookups lookups = new NameLookups(
                name -> {
                    if (name.equals("slow")) {
                        awaitUninterrupted(answers);
                    }
                    return List.of(Ipv4.of("192.0.2.1"));
                },
                SHORT);
        Map<String, NameAnswer> first = lookups.lookUp(List.of("slow", "quick"));
        assertThat(only(first, "quick").failure()).isEmpty();
        assertThat(first.get("slow"))
                .isEqualTo(new NameAnswer(List.of(), Optional.of("the resolver did not answer for slow within 1 s")));
        answers.countDown();
        assertThat(lookups.lookUp(List.of("slow")).get("slow")).isEqualTo(NameAnswer.of(List.of(Ipv4.of("192.0.2.1"))));
    }

    @Test
    void theLastGoodAnswerIsKept() {
        Map<String, List<String>> records = new ConcurrentHashMap<>(Map.of("hub", List.of("192.0.2.1")));
        NameLookups lookups = new NameLookups(resolving(records), LONG);
        lookups.lookUp(List.of("hub"));
        records.remove("hub");
        assertThat(lookups.lookUp(List.of("hub")).get("hub"))
                .isEqualTo(new NameAnswer(List.of(Ipv4.of("192.0.2.1")), Optional.of("hub does not resolve")));
        records.put("hub", List.of("198.51.100.9"));
        assertThat(lookups.lookUp(List.of("hub")).get("hub"))
                .isEqualTo(NameAnswer.of(List.of(Ipv4.of("198.51.100.9"))));
    }

    @Test
    void namesAreLookedUpInParallelButNotTooMany() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(NameLookups.AT_ONCE);
        NameLookups lookups = new NameLookups(
                name -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    full.countDown();
                    awaitUninterrupted(full);
                    running.decrementAndGet();
                    return List.of(Ipv4.of("192.0.2.1"));
                },
                LONG);
        List<String> names = IntStream.range(0, 50).mapToObj(i -> "host" + i).toList();
        assertThat(lookups.lookUp(names).values()).hasSize(50).allMatch(answer -> answer.failure()
                .isEmpty());
        assertThat(most.get()).isEqualTo(NameLookups.AT_ONCE);
    }

    @Test
    void aNameThatIsBeingLookedUpIsNotAskedForTwice() {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch answers = new CountDownLatch(1);
        NameLookups lookups = new NameLookups(
                name -> {
                    asked.incrementAndGet();
                    awaitUninterrupted(answers);
                    return List.of();
                },
                Duration.ofMillis(50));
        lookups.lookUp(List.of("hub"));
        lookups.lookUp(List.of("hub"));
        answers.countDown();
        assertThat(asked.get()).isEqualTo(1);
    }

    @Test
    void aNameThatNobodyAskedForIsUnknown() {
        NameLookups lookups = new NameLookups(resolving(Map.of()), LONG);
        assertThat(only(lookups.known(List.of("hub")), "hub").failure()).contains("hub has not been looked up yet");
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
