package io.ipipou.cli.render;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.RollbackResult;
import io.ipipou.core.plan.Conflict;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.PlanText;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How commands that change the host tell what they do. */
public record ApplyOutput(Terminal terminal, String source) {

    /** Before anything is written. */
    public void announce(Plan plan) {
        plan.notes().forEach(note -> terminal.complain("note: " + note));
        terminal.out().print(PlanText.render(plan, source, terminal.colour()));
        terminal.out().flush();
    }

    /**
     * After all has been written.
     *
     * @throws CommandFailure if the host is not as it should be
     */
    public void conclude(ApplyReport report) throws CommandFailure {
        if (!report.failures().isEmpty()) {
            throw refused(report);
        }
        Plan remaining = report.remaining().orElseThrow();
        if (!remaining.conflicts().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    remaining.conflicts().stream().map(Conflict::toString).toList());
        }
        if (!remaining.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "all was written, yet the host differs; is another program changing it?\n"
                            + PlanText.render(remaining, source, false));
        }
        if (!report.plan().isEmpty()) {
            terminal.out()
                    .println("Done and verified: %d added, %d changed, %d destroyed."
                            .formatted(
                                    report.plan().toAdd(),
                                    report.plan().toChange(),
                                    report.plan().toDestroy()));
        }
    }

    private static CommandFailure refused(ApplyReport report) {
        List<String> lines = new ArrayList<>();
        report.failures()
                .forEach(outcome -> lines.add(outcome.operation().id() + ": "
                        + outcome.operation().verb().name().toLowerCase(Locale.ROOT) + " failed: "
                        + outcome.refusal().orElseThrow()));
        report.undo().ifPresentOrElse(undo -> lines.addAll(undone(undo)), () -> lines.add(extent(report)));
        boolean notPermitted = report.failures().stream()
                .anyMatch(outcome -> outcome.refusal().orElseThrow().is(Errno.EPERM));
        return new CommandFailure(notPermitted ? ExitCode.NO_PERMISSION : ExitCode.FAILED, lines);
    }

    /** What became of going back, a line each. */
    public static List<String> undone(RollbackResult undo) {
        if (undo.complete()) {
            return List.of(
                    undo.outcomes().isEmpty()
                            ? "nothing was changed"
                            : "what had been done was undone with %d kernel writes; the host is as it was, verified"
                                    .formatted(undo.outcomes().size()));
        }
        List<String> lines = new ArrayList<>();
        lines.add("what had been done could not all be undone"
                + undo.fault().map(why -> ": " + why).orElse("")
                + " (plan shows what differs from the file, apply goes on)");
        undo.outcomes().stream()
                .flatMap(outcome ->
                        outcome.refusal().map(refusal -> outcome.operation().id() + ": " + refusal).stream())
                .forEach(lines::add);
        undo.remaining().ifPresent(plan -> plan.changes().forEach(change -> lines.add("not undone: " + change.id())));
        return lines;
    }

    private static String extent(ApplyReport report) {
        int done = report.withStatus(Outcome.Status.DONE).size();
        if (done == 0) {
            return "nothing was changed";
        }
        return "stopped between the two states: %d of %d kernel writes done, %d failed, %d not attempted"
                        .formatted(
                                done,
                                report.outcomes().size(),
                                report.failures().size(),
                                report.withStatus(Outcome.Status.NOT_ATTEMPTED).size())
                + " (plan shows what remains, apply goes on)";
    }
}
