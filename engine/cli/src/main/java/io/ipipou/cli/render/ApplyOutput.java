package io.ipipou.cli.render;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.RollbackResult;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints what a command is about to change, and the result. */
public record ApplyOutput(Terminal terminal, PlanOutput plans) {

    private static final String NOTHING_CHANGED = "nothing was changed";

    /** @param file name of the configuration that is applied */
    public static ApplyOutput ofFile(Terminal terminal, String file) {
        return new ApplyOutput(terminal, PlanOutput.ofFile(terminal, file));
    }

    public static ApplyOutput ofDestroy(Terminal terminal) {
        return new ApplyOutput(terminal, PlanOutput.ofDestroy(terminal));
    }

    /** Prints the plan, before the first write. */
    public void printPlan(Plan plan) {
        plans.printNotes(plan);
        plans.print(plan, false);
    }

    /** Prints the plan and the result of an apply that is over. */
    public void print(ApplyReport report) throws CommandFailure {
        printPlan(report.plan());
        printResult(report);
    }

    /**
     * Prints the result.
     *
     * @throws CommandFailure if the host does not match the configuration
     */
    public void printResult(ApplyReport report) throws CommandFailure {
        Plan remaining = report.remaining().orElseThrow(() -> refused(report));
        if (remaining.hasChanges()) {
            throw CommandFailure.failed(stillDiffers(report, remaining));
        }
        Plan done = report.plan();
        if (done.hasChanges() && report.failures().isEmpty()) {
            terminal.println("Done and verified: %d added, %d changed, %d destroyed."
                    .formatted(done.toAdd(), done.toChange(), done.toDestroy()));
        } else if (done.hasChanges()) {
            terminal.println("Done and verified, except for what is deferred.");
        }
        if (!remaining.deferred().isEmpty()) {
            throw CommandFailure.failed(
                    remaining.deferred().stream().map(Deferral::toString).toList());
        }
    }

    private String stillDiffers(ApplyReport report, Plan remaining) {
        List<String> lines = new ArrayList<>();
        report.failures().forEach(outcome -> lines.add(refusal(outcome)));
        if (lines.isEmpty()) {
            lines.add("every write succeeded, but the host still differs (is another program changing it?)");
        }
        lines.add(plans.text(remaining, false));
        return String.join("\n", lines);
    }

    private static String refusal(Outcome outcome) {
        return outcome.operation().id() + ": "
                + outcome.operation().verb().name().toLowerCase(Locale.ROOT) + " failed: "
                + outcome.refusal().orElseThrow();
    }

    private static CommandFailure refused(ApplyReport report) {
        List<String> lines = new ArrayList<>();
        boolean notPermitted = false;
        for (Outcome outcome : report.failures()) {
            lines.add(refusal(outcome));
            notPermitted |= outcome.refusal().orElseThrow().is(Errno.EPERM);
        }
        report.rollback().ifPresentOrElse(result -> lines.addAll(rollback(result)), () -> lines.add(progress(report)));
        return new CommandFailure(notPermitted ? ExitCode.NO_PERMISSION : ExitCode.FAILED, String.join("\n", lines));
    }

    /** How far a rollback got, a line each. */
    public static List<String> rollback(RollbackResult result) {
        if (result.complete()) {
            return List.of(result.outcomes().isEmpty() ? NOTHING_CHANGED : RollbackResult.COMPLETE);
        }
        List<String> lines = new ArrayList<>();
        lines.add("the rollback is incomplete"
                + result.error().map(cause -> ": " + cause).orElse("")
                + " (run ipipou plan to see the difference from the file, ipipou apply to continue)");
        for (Outcome outcome : result.outcomes()) {
            outcome.refusal().ifPresent(refusal -> lines.add(outcome.operation().id() + ": " + refusal));
        }
        result.remaining()
                .ifPresent(plan -> plan.changes().forEach(change -> lines.add("not rolled back: " + change.id())));
        return lines;
    }

    private static String progress(ApplyReport report) {
        int done = report.withStatus(Outcome.Status.DONE).size();
        return done == 0
                ? NOTHING_CHANGED
                : "stopped after %d of %d kernel writes: %d failed, %d not attempted"
                                .formatted(
                                        done,
                                        report.outcomes().size(),
                                        report.failures().size(),
                                        report.withStatus(Outcome.Status.NOT_ATTEMPTED)
                                                .size())
                        + " (run ipipou plan to see what remains, ipipou apply to continue)";
    }
}
