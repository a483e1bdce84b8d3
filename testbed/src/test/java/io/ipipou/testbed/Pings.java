package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Pings, five a second, that go on while the test does. */
final class Pings {

    private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ttl=");
    private static final Pattern SENT = Pattern.compile("(\\d+) packets transmitted");

    /** Those of the last second may be under way when they are stopped, in a guest that is short of processors. */
    private static final int UNDER_WAY = 5;

    private final Background process;

    private Pings(Background process) {
        this.process = process;
    }

    /** Sends them; the first has been answered when this returns. */
    static Pings start(NetworkNamespace from, String to) {
        return new Pings(from.start("ping", "-i", "0.2", to).awaitLine("icmp_seq=1 "));
    }

    /** Stops them; all must have been answered, once and in turn, but for those under way. */
    void assertNoneLost() {
        String output = process.interrupt();
        List<Integer> answered = ANSWER.matcher(output)
                .results()
                .map(answer -> Integer.valueOf(answer.group(1)))
                .toList();
        int last = 1 + answered.size();
        assertThat(answered)
                .as(output)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(2, last).boxed().toList());
        int sent = SENT.matcher(output)
                .results()
                .mapToInt(sentence -> Integer.parseInt(sentence.group(1)))
                .sum();
        assertThat(sent).as(output).isBetween(last, last + UNDER_WAY);
    }
}
