package io.ipipou.cli;

import static io.ipipou.cli.FakeHost.ipipou;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The help of every command. After a change, {@code mvn test -Dtest=HelpTest -Dipipou.golden=write} replaces the files. */
class HelpTest {

    static Stream<String> commands() {
        return Stream.concat(Stream.of("ipipou"), Ipipou.model().getSubcommands().keySet().stream());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpIsAsReviewed(String command) throws IOException {
        FakeHost.Run run = command.equals("ipipou") ? ipipou("--help") : ipipou(command, "--help");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        Golden.assertMatches("help/" + command + ".txt", run.out());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionHasALabelThatIsNotItsField(String command) {
        FakeHost.Run run = command.equals("ipipou") ? ipipou("--help") : ipipou(command, "--help");
        assertThat(run.out()).doesNotContain("<", ">").doesNotContainPattern("=[a-z]+[A-Z]");
    }
}
