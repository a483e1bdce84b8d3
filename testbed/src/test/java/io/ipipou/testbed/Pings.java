package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Pings, five per second, that continue in the background of a test. */
final class Pings {

    private static final Pattern REPLY = Pattern.compile("icmp_seq=(\\d+) ttl=");
    private static final Pattern SENT = Pattern.compile("(\\d+) packets transmitted");

    /** The pings of the last second can be unanswered when they are stopped, in a guest that is short of processors. */
    private static final int UNANSWERED = 5;

    private final Background process;

    private Pings(Background process) {
        this.process = process;
    }

    /** Starts them; the first has been answered when this returns. */
    static Pings start(NetworkNamespace from, String to) {
        return new Pings(from.start("ping", "-i", "0.2", to).awaitLine("icmp_seq=1 "));
    }

    /** Waits until so many more have been answered. */
    void awaitReplies(int count) {
        for (int i = 0; i < count; i++) {
            process.awaitLine(" ttl=");
        }
    }

    /** Stops them; all but the last must have been answered, once and in order. */
    void assertNoneLost() {
        String output = process.interrupt();
        List<Integer> answered = REPLY.matcher(output)
                .results()
                .map(reply -> Integer.valueOf(reply.group(1)))
                .toList();
        assertThat(answered)
                .as(output)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, answered.size()).boxed().toList());
        int sent = SENT.matcher(output)
                .results()
                .mapToInt(sentence -> Integer.parseInt(sentence.group(1)))
                .sum();
        assertThat(sent).as(output).isBetween(answered.size(), answered.size() + UNANSWERED);
    }
}
