package io.ipipou.cli.command;

import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.PlanOutput;
import io.ipipou.core.apply.SavedPlan;
import io.ipipou.core.config.Config;
import io.ipipou.core.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "plan", description = "Show what apply would change.")
public final class PlanCommand extends HostCommand {

    @Option(names = "--json", description = "Print the plan as JSON.")
    private boolean json;

    @Option(
            names = "--out",
            paramLabel = "PLAN",
            description = "Save the plan to this file. ipipou apply PLAN applies exactly this plan or nothing.")
    private @Nullable Path out;

    @Option(names = "--detailed-exitcode", description = "Exit with status 2 if there are changes.")
    private boolean detailedExitCode;

    public PlanCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        if (out != null && file.isStandardInput()) {
            throw CommandFailure.usage("--out needs a FILE that apply can read again, not standard input");
        }
        UnfinishedApply.printNote(terminal);
        Config config = file.read(session.plugins());
        Plan plan = session.read(config, (backend, reconciler) -> reconciler.plan());
        PlanOutput output = PlanOutput.ofFile(terminal, file.shortName());
        output.printNotes(plan);
        output.print(plan, json);
        if (out != null) {
            save(plan, session.provider(config).id(), out);
        }
        return detailedExitCode && plan.hasChanges() ? ExitCode.CHANGES : ExitCode.OK;
    }

    private void save(Plan plan, String backend, Path target) throws CommandFailure {
        try {
            SavedPlan.of(plan, file.identity(), backend).write(target);
        } catch (IOException e) {
            throw CommandFailure.failed("cannot save the plan in " + target + ": " + e.getMessage());
        }
    }
}
