package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts with a tunnel between them, and a file that breaks it. */
abstract class ConfirmLab {

    static final String FAR = "10.2.0.1";
    static final Path STATE = Path.of("/var/lib/ipipou");
    static final Path JOURNAL = STATE.resolve("journal");

    /** The file of either host; %3$d is the far end's port. */
    static final String TUNNEL = """
            apiVersion: ipipou/v1
            peers: {far: {endpoint: "203.0.113.%2$d:%3$d"}}
            tunnels:
              ipipou0:
                mode: static
                peer: far
                local: {device: eth0, port: 10000}
                inner: {address: 172.28.0.%1$d, peer: 172.28.0.%2$d}
                routes: [10.%2$d.0.0/16]
            """;

    @TempDir
    Path directory;

    final Lab lab = new Lab();
    final NetworkNamespace left = lab.host("left");
    final NetworkNamespace right = lab.host("right");
    Path good;
    Path broken;

    @BeforeEach
    void applyAWorkingTunnel() throws IOException {
        Lab.connect(left, "203.0.113.1/24", right, "203.0.113.2/24");
        right.ip("address", "add", FAR + "/16", "dev", "lo");
        good = Files.writeString(directory.resolve("good.yaml"), TUNNEL.formatted(1, 2, 10000));
        broken = Files.writeString(directory.resolve("broken.yaml"), TUNNEL.formatted(1, 2, 10009));
        Path far = Files.writeString(directory.resolve("right.yaml"), TUNNEL.formatted(2, 1, 10000));
        assertThat(Cli.run(right, "apply", far.toString()).status()).isZero();
        assertThat(ipipou("apply", good.toString()).status()).isZero();
        assertThat(left.reaches(FAR)).isTrue();
    }

    @AfterEach
    void closeLab() {
        lab.close();
    }

    Cli.Result ipipou(String... arguments) {
        return Cli.run(left, arguments);
    }

    /** The command as a process of its own on the left host. */
    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", left.name(), Distribution.LAUNCHER));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The process ID of the guard, from the journal. */
    static long guard() throws IOException {
        Matcher number = Pattern.compile("\"guard\":\\{\"number\":(\\d+)").matcher(Files.readString(JOURNAL));
        assertThat(number.find()).isTrue();
        return Long.parseLong(number.group(1));
    }

    static void awaitNoJournal() {
        Wait.until("the journal is gone", () -> !Files.exists(JOURNAL));
    }

    void assertHostMatchesTheGoodFile() {
        assertThat(left.reaches(FAR)).isTrue();
        Cli.Result plan = ipipou("plan", "--detailed-exitcode", good.toString());
        assertThat(plan.status()).as(plan.output()).isZero();
        assertThat(plan.output()).startsWith("No changes.");
    }
}
