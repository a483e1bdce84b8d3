package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of iproute2 6.1, recorded by {@code recorded/record}; the second line of three failed. */
final class IpErrorsTest {

    /** By the beginning of the line that failed; empty if an extended ack hides the errno or the error is ip's own. */
    private static final Map<String, String> ERRNO = Map.ofEntries(
            Map.entry("link add name t ", "EEXIST"),
            Map.entry("link add name e type ipip remote 203.0.113.77 dev nosuch", "ENODEV"),
            Map.entry("link add name all ", "EINVAL"),
            Map.entry("link set dev nosuch ", "ENODEV"),
            Map.entry("link set dev t mtu 67", "EINVAL"),
            Map.entry("link set dev d0 ", ""),
            Map.entry("link del dev nosuch", "ENODEV"),
            Map.entry("link show dev if1", "ENODEV"),
            Map.entry("addr add 172.28.0.0 ", "EEXIST"),
            Map.entry("addr add 172.28.0.9/32 ", "ENODEV"),
            Map.entry("addr del ", "EADDRNOTAVAIL"),
            Map.entry("route add table main dev t ", "EEXIST"),
            Map.entry("route add table main dev plain ", "ENETDOWN"),
            Map.entry("route del ", "ESRCH"),
            Map.entry("route change ", "ENOENT"),
            Map.entry("fou add ", "EADDRINUSE"),
            Map.entry("fou del ", "EINVAL"),
            Map.entry("tunnel change ", "ENODEV"),
            Map.entry("link set dev t alias ", ""),
            Map.entry("link del group ", "ENODEV"),
            Map.entry("nonsense", ""),
            Map.entry("(without privilege) ", "EPERM"));

    /** Lines whose failure ends {@code ip} without naming the line. */
    private static final List<String> NOT_NAMED = List.of(
            "link add name e type ipip remote 203.0.113.77 dev nosuch", "link show dev if1", "link set dev t alias");

    private record Failure(String line, List<String> stderr, int exit) {}

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void everyRecordedErrorIsParsed(String kernel) throws Exception {
        List<Failure> all = read(kernel);
        assertThat(all).hasSize(25);
        for (Failure failure : all) {
            BatchErrors errors = BatchErrors.parse(String.join("\n", failure.stderr()));
            boolean unprivileged = failure.line().startsWith("(");
            boolean notNamed = NOT_NAMED.stream().anyMatch(failure.line()::startsWith);
            assertThat(failure.exit()).isPositive();
            assertThat(errors.failedLine().orElse(0)).as("%s", failure).isEqualTo(notNamed ? 0 : unprivileged ? 1 : 2);

            Refusal refusal = IpErrors.refusal(errors.text(), 2, failure.line());
            assertThat(refusal.errno()).as("%s", failure).isEqualTo(expectedErrno(failure.line()));
            assertThat(refusal.message()).doesNotContain("RTNETLINK answers: ").endsWith(failure.line() + ")");
        }
    }

    private static String expectedErrno(String line) {
        List<String> expected = ERRNO.entrySet().stream()
                .filter(entry -> line.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        assertThat(expected).as(line).hasSize(1);
        return expected.get(0);
    }

    private static List<Failure> read(String kernel) throws Exception {
        List<Failure> all = new ArrayList<>();
        String line = "";
        List<String> stderr = new ArrayList<>();
        for (String text : Recorded.lines(kernel + "/refusals")) {
            if (text.startsWith("> ")) {
                line = text.substring(2);
            } else if (text.startsWith("= ")) {
                all.add(new Failure(line, List.copyOf(stderr), Integer.parseInt(text.substring(2))));
                stderr.clear();
            } else {
                stderr.add(text);
            }
        }
        return all;
    }
}
