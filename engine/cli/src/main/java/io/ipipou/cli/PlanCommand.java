package io.ipipou.cli;

import io.ipipou.core.plan.Conflict;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.PlanJson;
import io.ipipou.core.plan.PlanText;
import io.ipipou.core.plugin.PluginPath;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "plan", mixinStandardHelpOptions = true, description = "Shows what apply would change. Read only.")
final class PlanCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ConfigFile file;

    @Mixin
    private final HostSession session;

    @Option(names = "--json", description = "Print the plan as JSON.")
    private boolean json;

    @Option(names = "--detailed-exitcode", description = "Exit with 2 when there is something to change.")
    private boolean detailedExitCode;

    PlanCommand(Terminal terminal) {
        this.terminal = terminal;
        this.file = new ConfigFile(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        PluginPath path = session.plugins().path();
        HostSession.tellUnfinished(terminal);
        Plan plan = session.read(file.read(session.plugins(), path), path, (backend, reconciler) -> reconciler.plan());
        plan.notes().forEach(note -> terminal.complain("note: " + note));
        print(plan, file, json, terminal);
        if (!plan.conflicts().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    plan.conflicts().stream().map(Conflict::toString).toList());
        }
        return (detailedExitCode && !plan.isEmpty() ? ExitCode.CHANGES : ExitCode.OK).status();
    }

    static void print(Plan plan, ConfigFile file, boolean json, Terminal terminal) {
        terminal.out()
                .print(
                        json
                                ? Json.write(PlanJson.of(plan))
                                : PlanText.render(plan, file.shortName(), terminal.colour()));
    }
}
