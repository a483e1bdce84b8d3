package io.ipipou.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {

    @Test
    void thePlaceholderIsReplacedUpToTheFirstDot() throws Exception {
        assertThat(HostName.fill("hosts/{hostname}.yaml", "hub.example.net")).isEqualTo("hosts/hub.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../etc", "a/b", "", ".", "hub\u001b[2J"})
    void namesThatAreNoPathElementAreRejected(String name) {
        assertThat(catchThrowableOfType(CommandFailure.class, () -> HostName.fill("hosts/{hostname}.yaml", name)))
                .extracting(CommandFailure::exitCode)
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aNameOf65CharactersIsRejected() {
        assertThat(catchThrowableOfType(
                        CommandFailure.class, () -> HostName.fill("hosts/{hostname}.yaml", "-".repeat(65))))
                .extracting(CommandFailure::exitCode)
                .isEqualTo(ExitCode.USAGE);
    }
}
