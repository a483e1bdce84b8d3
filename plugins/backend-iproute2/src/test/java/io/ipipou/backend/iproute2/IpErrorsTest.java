package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What iproute2 6.1 said when the kernel refused; the second line of three was the one. */
final class IpErrorsTest {

    /** By the beginning of the line it was said to. The other errors were hidden by an extended ack, or are the tool's own. */
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

    /** What {@code ip} exits at, without telling the line. */
    private static final List<String> UNPLACED = List.of(
            "link add name e type ipip remote 203.0.113.77 dev nosuch", "link show dev if1", "link set dev t alias");

    private record Said(String line, List<String> words, int exit) {}

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void everyRefusalIsUnderstood(String kernel) throws Exception {
        List<Said> all = read(kernel);
        assertThat(all).hasSize(25);
        for (Said said : all) {
            BatchErrors errors = BatchErrors.parse(String.join("\n", said.words()));
            boolean unprivileged = said.line().startsWith("(");
            boolean unplaced = UNPLACED.stream().anyMatch(said.line()::startsWith);
            assertThat(said.exit()).isPositive();
            assertThat(errors.failed().orElse(0)).as("%s", said).isEqualTo(unplaced ? 0 : unprivileged ? 1 : 2);

            Refusal refusal = IpErrors.refusal(errors.all(), 2, said.line());
            assertThat(refusal.errno()).as("%s", said).isEqualTo(expected(said.line()));
            assertThat(refusal.message()).doesNotContain("RTNETLINK answers: ").endsWith(said.line() + ")");
        }
    }

    private static String expected(String line) {
        List<String> expected = ERRNO.entrySet().stream()
                .filter(entry -> line.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        assertThat(expected).as(line).hasSize(1);
        return expected.get(0);
    }

    private static List<Said> read(String kernel) throws Exception {
        List<Said> all = new ArrayList<>();
        String line = "";
        List<String> words = new ArrayList<>();
        for (String text : Recorded.lines(kernel + "/refusals")) {
            if (text.startsWith("> ")) {
                line = text.substring(2);
            } else if (text.startsWith("= ")) {
                all.add(new Said(line, List.copyOf(words), Integer.parseInt(text.substring(2))));
                words.clear();
            } else {
                words.add(text);
            }
        }
        return all;
    }
}
