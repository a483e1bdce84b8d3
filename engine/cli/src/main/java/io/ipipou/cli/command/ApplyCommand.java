package io.ipipou.cli.command;

import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.agent.KeepaliveCheck;
import io.ipipou.cli.guard.ConfirmationWait;
import io.ipipou.cli.guard.DetachedGuard;
import io.ipipou.cli.host.ApplySource;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.ConfirmOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.CommitConfirm;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.NotAppliedException;
import io.ipipou.core.apply.PlanCheck;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.plan.Plan;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "apply", description = "Apply FILE, or a plan saved with plan --out, and verify the result.")
public final class ApplyCommand extends HostCommand {

    @Mixin
    private final ConfirmOptions confirm = new ConfirmOptions();

    @Option(
            names = "--strict",
            description = "Change nothing if something is deferred, and roll everything back after a refused write.")
    private boolean strict;

    public ApplyCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        Optional<AgentClient> agent = AgentClient.find();
        if (agent.isPresent()) {
            return applyByAgent(agent.get());
        }
        UnfinishedApply.requireConfirmed();
        UnfinishedApply.printNote(terminal);
        ApplySource source = ApplySource.of(file, session, terminal);
        KeepaliveCheck.warnWithoutAgent(source.config(), terminal);
        ApplyOutput output = ApplyOutput.ofFile(terminal, source.file().shortName());
        Journal journal = session.journal(source.config());
        Optional<CommitConfirm> confirmation = confirmation();
        PlanCheck check = plan -> {
            output.printPlan(plan);
            source.check(plan);
            requireNothingDeferred(plan);
        };
        boolean whole = strict || confirmation.isPresent() || source.saved().isPresent();
        ApplyReport report = session.write(
                source.config(), (backend, reconciler) -> reconciler.apply(journal, check, whole, confirmation));
        output.printResult(report);
        if (confirmation.isPresent() && !report.plan().isEmpty()) {
            new ConfirmationWait(terminal, session, confirm).await();
        }
        return ExitCode.OK;
    }

    private void requireNothingDeferred(Plan plan) throws NotAppliedException {
        if (strict && !plan.deferred().isEmpty()) {
            throw new NotAppliedException(
                    plan.deferred().stream().map(Deferral::toString).collect(Collectors.joining("\n"))
                            + "\nnothing was changed (--strict)");
        }
    }

    private Optional<CommitConfirm> confirmation() {
        return confirm.areGiven()
                ? Optional.of(new CommitConfirm(
                        confirm.within(), new DetachedGuard(session.plugins().directories())))
                : Optional.empty();
    }

    private ExitCode applyByAgent(AgentClient agent) throws CommandFailure {
        if (!agent.file().equals(file.identity())) {
            throw agent.conflict(" (edit that file, or stop the agent first)");
        }
        if (confirm.areGiven()) {
            throw agent.conflict(" and would re-apply what is rolled back"
                    + " (stop the agent first, and start it again once the apply is confirmed)");
        }
        return agent.relay("apply", Map.of(), terminal);
    }
}
