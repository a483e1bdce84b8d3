package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.control.ControlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same as {@link ConfirmKernelTest}, while an agent manages the host. */
class AgentConfirmKernelTest extends ConfirmLab {

    private static final Path RUN = Path.of("/run/ipipou");
    private static final String SAVED_ROUTE = "10.2.0.0/16";

    private Path file;
    private Background agent;

    @BeforeEach
    void startAgent() throws IOException {
        file = Files.copy(good, directory.resolve("tunnels.yaml"));
        agent = start();
    }

    private Background start() throws IOException {
        return Background.start(command("agent", file.toString())).awaitLine("the agent is ready");
    }

    @AfterEach
    void stopAgent() {
        agent.interrupt();
        Command.run(List.of("sh", "-c", "rm -rf " + STATE + "/* " + RUN + "/*"));
    }

    private Cli.Result applyBroken(String... options) throws IOException {
        Files.copy(broken, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        List<String> arguments = new java.util.ArrayList<>(List.of("apply"));
        arguments.addAll(List.of(options));
        arguments.add(file.toString());
        return ipipou(arguments.toArray(String[]::new));
    }

    private String configuration() throws IOException {
        return ControlClient.in(RUN)
                .ask(Map.of("command", "status"))
                .orElseThrow()
                .path("configuration")
                .asText();
    }

    private void awaitRolledBack() {
        awaitNoJournal();
        Wait.until("the agent is back at the good configuration", () -> configuration()
                .equals("rolled_back"));
        assertHostMatchesTheGoodFile();
    }

    private boolean reachesAfterRepair() {
        return Command.tryRun(List.of("ip", "netns", "exec", left.name(), "ip", "route", "show", SAVED_ROUTE), "")
                .output()
                .contains("ipipou0");
    }

    private void assertRepairs() {
        left.ip("route", "del", SAVED_ROUTE);
        Wait.until("the agent repairs the route", this::reachesAfterRepair);
        assertThat(left.reaches(FAR)).isTrue();
    }

    @Test
    void anApplyThatNobodyConfirmsIsRolledBackAndTheAgentStaysAtTheOldConfiguration() throws IOException {
        Cli.Result apply = applyBroken("--confirm-within", "5s");
        assertThat(apply.status()).as(apply.output()).isZero();
        assertThat(apply.output()).contains("Done and verified", "Will be rolled back in 5 s.");
        assertThat(left.reaches(FAR)).as("through the broken tunnel").isFalse();
        awaitRolledBack();
        assertRepairs();
        assertThat(ipipou("status", "--file", file.toString()).output())
                .contains("rolled back: the configuration before it is in force");
        assertThat(ipipou("confirm").output())
                .contains("nothing to confirm; the last guard reported: ")
                .containsPattern("rolled back and verified the apply of process \\d+: it was not confirmed within 5 s");

        // The operator corrects the file.
        Files.copy(good, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(ipipou("apply", file.toString()).status()).isZero();
        assertThat(configuration()).isEqualTo("in_force");
    }

    @Test
    void untilItIsConfirmedNothingIsRepairedOrAppliedAndThenItStays() throws IOException {
        applyBroken("--confirm-within", "1h");
        assertThat(configuration()).isEqualTo("unconfirmed");
        left.ip("route", "del", SAVED_ROUTE);
        Cli.Result second = ipipou("apply", file.toString());
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.output()).contains("nothing was changed: run ipipou confirm or ipipou rollback first");
        assertThat(reachesAfterRepair()).as("not repaired").isFalse();
        Cli.Result confirm = ipipou("confirm");
        assertThat(confirm.status()).as(confirm.output()).isZero();
        assertThat(confirm.output()).contains("Confirmed the apply of process");
        Wait.until("the agent repairs the route", this::reachesAfterRepair);
        assertThat(configuration()).isEqualTo("in_force");
        assertThat(left.reaches(FAR)).as("through the broken tunnel").isFalse();
    }

    @Test
    void rollbackNeedsNoWaiting() throws IOException {
        applyBroken("--confirm-within", "1h");
        Cli.Result rollback = ipipou("rollback");
        assertThat(rollback.status()).as(rollback.output()).isZero();
        assertThat(rollback.output()).contains("Rolled back and verified.");
        awaitRolledBack();
        assertRepairs();
    }

    @Test
    void aProbeThatFailsRollsBackAndOneThatSucceedsConfirms() throws IOException {
        Cli.Result failed = applyBroken("--probe", "ping -c 1 -W 2 " + FAR);
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.output()).contains("failed with exit status 1", "rolled back and verified");
        awaitRolledBack();
        Cli.Result succeeded = applyBroken("--probe", "true", "--detailed-exitcode");
        assertThat(succeeded.status()).as(succeeded.output()).isEqualTo(2);
        assertThat(succeeded.output()).contains("Confirmed by 1 probe.");
        assertThat(JOURNAL).doesNotExist();
        assertThat(configuration()).isEqualTo("in_force");
    }

    @Test
    void theGuardRollsBackWithoutTheAgentAndTheNextAgentKnows() throws IOException {
        applyBroken("--confirm-within", "60s");
        agent.kill();
        agent = start();
        assertThat(configuration()).isEqualTo("unconfirmed");
        agent.kill();
        awaitNoJournal();
        assertHostMatchesTheGoodFile();
        agent = start();
        assertHostMatchesTheGoodFile();
        assertThat(configuration()).isEqualTo("rolled_back");
        assertRepairs();
    }

    @Test
    void aSavedPlanOfItsFileIsAppliedUnchangedOrNotAtAll() throws IOException {
        Files.copy(broken, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        String plan = directory.resolve("plan").toString();
        assertThat(ipipou("plan", "--out", plan, file.toString()).status()).isZero();
        assertThat(ipipou("apply", plan).status()).isZero();
        assertThat(left.reaches(FAR)).as("through the broken tunnel").isFalse();
        Cli.Result again = ipipou("apply", plan);
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.output()).contains("has changed since the plan was saved");
    }
}
