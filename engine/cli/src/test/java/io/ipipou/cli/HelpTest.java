package io.ipipou.cli;

import static io.ipipou.cli.FakeHost.ipipou;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The help of every command. After a change, {@code mvn test -Dtest=HelpTest -Dipipou.golden=write} replaces the files. */
class HelpTest {

    /** With its subcommands: {@code peer reset}. */
    static Stream<String> commands() {
        return Stream.concat(Stream.of("ipipou"), names("", Ipipou.model()));
    }

    private static Stream<String> names(String before, CommandLine command) {
        return command.getSubcommands().entrySet().stream()
                .flatMap(entry -> Stream.concat(
                        Stream.of(before + entry.getKey()), names(before + entry.getKey() + " ", entry.getValue())));
    }

    private static FakeHost.Run help(String command) {
        return ipipou((command.equals("ipipou") ? "--help" : command + " --help").split(" "));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpIsAsReviewed(String command) throws IOException {
        FakeHost.Run run = help(command);
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        Golden.assertMatches("help/" + command.replace(' ', '-') + ".txt", run.out());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionHasALabelThatIsNotItsField(String command) {
        FakeHost.Run run = help(command);
        assertThat(run.out()).doesNotContain("<", ">").doesNotContainPattern("=[a-z]+[A-Z]");
    }
}
