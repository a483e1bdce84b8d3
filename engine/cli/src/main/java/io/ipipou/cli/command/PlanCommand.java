package io.ipipou.cli.command;

import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.SavedPlan;
import io.ipipou.core.config.Config;
import io.ipipou.core.json.Json;
import io.ipipou.core.plan.Conflict;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.PlanJson;
import io.ipipou.core.plan.PlanText;
import io.ipipou.core.plugin.PluginPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "plan", mixinStandardHelpOptions = true, description = "Shows what apply would change. Read only.")
public final class PlanCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ConfigFile file;

    @Mixin
    private final HostSession session;

    @Option(names = "--json", description = "Print the plan as JSON.")
    private boolean json;

    @Option(names = "--detailed-exitcode", description = "Exit with 2 when there is something to change.")
    private boolean detailedExitCode;

    @Option(
            names = "--out",
            paramLabel = "PLAN",
            description = "Keep the plan in this file, for apply PLAN, which does exactly that or nothing.")
    private @Nullable Path out;

    public PlanCommand(Terminal terminal) {
        this.terminal = terminal;
        this.file = new ConfigFile(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        if (out != null && file.isStandardInput()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--out needs a FILE that apply can read again, not standard input");
        }
        PluginPath path = session.plugins().path();
        HostSession.tellUnfinished(terminal);
        Config config = file.read(session.plugins(), path);
        Plan plan = session.read(config, path, (backend, reconciler) -> reconciler.plan());
        plan.notes().forEach(note -> terminal.complain("note: " + note));
        print(plan, file, json, terminal);
        if (!plan.conflicts().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    plan.conflicts().stream().map(Conflict::toString).toList());
        }
        if (out != null) {
            save(plan, session.provider(config, path).id(), out);
        }
        return (detailedExitCode && !plan.isEmpty() ? ExitCode.CHANGES : ExitCode.OK).status();
    }

    private void save(Plan plan, String backend, Path where) throws CommandFailure {
        try {
            SavedPlan.of(plan, file.identity(), backend).write(where);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "the plan cannot be kept in " + where + ": " + e.getMessage());
        }
    }

    public static void print(Plan plan, ConfigFile file, boolean json, Terminal terminal) {
        terminal.out()
                .print(
                        json
                                ? Json.pretty(PlanJson.of(plan))
                                : PlanText.render(plan, file.shortName(), terminal.colour()));
    }
}
