package io.ipipou.cli;

import io.ipipou.cli.command.AgentCommand;
import io.ipipou.cli.command.ApplyCommand;
import io.ipipou.cli.command.ConfirmCommand;
import io.ipipou.cli.command.DestroyCommand;
import io.ipipou.cli.command.DriftCommand;
import io.ipipou.cli.command.GuardCommand;
import io.ipipou.cli.command.KeygenCommand;
import io.ipipou.cli.command.PlanCommand;
import io.ipipou.cli.command.PluginsCommand;
import io.ipipou.cli.command.PullCommand;
import io.ipipou.cli.command.ReauthCommand;
import io.ipipou.cli.command.RollbackCommand;
import io.ipipou.cli.command.SchemaCommand;
import io.ipipou.cli.command.SealCommand;
import io.ipipou.cli.command.StatusCommand;
import io.ipipou.cli.command.ValidateCommand;
import io.ipipou.cli.guard.DetachedGuard;
import io.ipipou.cli.log.Logs;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.process.Version;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** The {@code ipipou} command. */
@Command(
        name = "ipipou",
        description = "Keeps a host's IPIP-over-UDP (FOU) tunnels as one YAML file says.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "FILE defaults to /etc/ipipou/tunnels.yaml; - is standard input.",
            "",
            "Exit status: 0 done or nothing to do, 1 failed, 2 drift or plan --detailed-exitcode found changes,",
            "64 usage, 75 another run holds the lock, 77 no permission, 78 bad configuration.",
            "",
            "Environment: IPIPOU_PLUGIN_PATH directories of plugin jars; IPIPOU_RUN_DIR instead of /run/ipipou;",
            "IPIPOU_STATE_DIR instead of /var/lib/ipipou; IPIPOU_SEAL_KEY instead of /etc/ipipou/seal.key;",
            "IPIPOU_LOG the lowest level that is logged, error, warn, info (the default) or debug;",
            "NO_COLOR no colour; IPIPOU_DEBUG a stack trace where ipipou itself is at fault."
        })
public final class Ipipou {

    private static final Map<String, Class<?>> COMMANDS = commands();

    private Ipipou() {}

    private static Map<String, Class<?>> commands() {
        Map<String, Class<?>> commands = new LinkedHashMap<>();
        commands.put("plan", PlanCommand.class);
        commands.put("drift", DriftCommand.class);
        commands.put("apply", ApplyCommand.class);
        commands.put("confirm", ConfirmCommand.class);
        commands.put("pull", PullCommand.class);
        commands.put("rollback", RollbackCommand.class);
        commands.put(DetachedGuard.COMMAND, GuardCommand.class);
        commands.put("destroy", DestroyCommand.class);
        commands.put("agent", AgentCommand.class);
        commands.put("reauth", ReauthCommand.class);
        commands.put("keygen", KeygenCommand.class);
        commands.put("seal", SealCommand.class);
        commands.put("validate", ValidateCommand.class);
        commands.put("status", StatusCommand.class);
        commands.put("plugins", PluginsCommand.class);
        commands.put("schema", SchemaCommand.class);
        return commands;
    }

    /** Runs one command and ends the process with its exit status. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        PrintWriter remarks = new PrintWriter(err, true, StandardCharsets.UTF_8);
        Logs.configure(System.getenv())
                .ifPresent(problem -> Terminal.of(remarks, remarks).complain(problem));
        int status = run(args, new PrintWriter(out, false, StandardCharsets.UTF_8), remarks);
        System.exit(status);
    }

    /** Runs one command in this process; returns its exit status. */
    public static int run(String[] args, PrintWriter out, PrintWriter err) {
        Terminal terminal = Terminal.of(out, err);
        CommandLine commandLine = new CommandLine(new Ipipou());
        addCommands(commandLine, args, new CommandFactory(terminal));
        commandLine
                .setOut(out)
                .setErr(err)
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF))
                .setExecutionExceptionHandler((exception, command, parsed) -> explain(exception, terminal))
                .setParameterExceptionHandler((exception, arguments) -> explainUsage(exception, terminal));
        if (args.length == 0) {
            commandLine.usage(err);
            return ExitCode.USAGE.status();
        }
        int status = commandLine.execute(args);
        out.flush();
        if (out.checkError() && status == ExitCode.OK.status()) {
            terminal.complain("standard output could not be written");
            return ExitCode.FAILED.status();
        }
        return status;
    }

    /** The command with all its subcommands, for what describes them: man pages and completion. It is not for running. */
    public static CommandLine model() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        CommandLine commandLine = new CommandLine(new Ipipou());
        addCommands(commandLine, new String[0], new CommandFactory(Terminal.of(nowhere, nowhere)));
        return commandLine;
    }

    /** A command's model takes its time to build, so all are built only where all are needed: for help and mistakes. */
    private static void addCommands(CommandLine commandLine, String[] args, CommandFactory factory) {
        COMMANDS.forEach((name, type) -> {
            if (args.length == 0 || args[0].equals(name) || !COMMANDS.containsKey(args[0])) {
                commandLine.addSubcommand(name, new CommandLine(type, factory));
            }
        });
    }

    private static int explainUsage(ParameterException exception, Terminal terminal) {
        terminal.complain(exception.getMessage() + " (see: ipipou "
                + (exception.getCommandLine().getParent() == null
                        ? ""
                        : exception.getCommandLine().getCommandName() + " ")
                + "--help)");
        return ExitCode.USAGE.status();
    }

    private static int explain(Exception exception, Terminal terminal) {
        ExitCode exitCode = ExitCode.FAILED;
        if (exception instanceof CommandFailure failure) {
            exitCode = failure.exitCode();
            terminal.complain(String.valueOf(failure.getMessage()));
        } else {
            terminal.complain("a fault in ipipou itself: " + exception + " (set IPIPOU_DEBUG=1 for the stack trace)");
            if (System.getenv("IPIPOU_DEBUG") != null) {
                exception.printStackTrace(terminal.err());
            }
        }
        return exitCode.status();
    }
}
