package io.ipipou.cli;

import io.ipipou.cli.command.AgentCommand;
import io.ipipou.cli.command.ApplyCommand;
import io.ipipou.cli.command.ConfirmCommand;
import io.ipipou.cli.command.DestroyCommand;
import io.ipipou.cli.command.DoctorCommand;
import io.ipipou.cli.command.DriftCommand;
import io.ipipou.cli.command.GuardCommand;
import io.ipipou.cli.command.KeygenCommand;
import io.ipipou.cli.command.PeerCommand;
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
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** The {@code ipipou} command. */
@Command(
        name = "ipipou",
        description = "Manage this host's IPIP-over-UDP (FOU) tunnels: make the kernel match one YAML file.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            " 0:Done, or nothing to do.",
            " 1:Failed.",
            " 2:drift or plan --detailed-exitcode found changes, or doctor a failure.",
            "64:Wrong usage.",
            "75:Another ipipou process holds the lock, or another agent runs.",
            "77:Permission denied.",
            "78:Invalid or missing configuration."
        },
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  IPIPOU_LOG           Lowest level to log: error, warn, info (default), debug.",
            "  IPIPOU_PLUGIN_PATH   Additional directories of plugin jars, separated by colons.",
            "  IPIPOU_RUN_DIR       Lock and agent socket. Default: /run/ipipou.",
            "  IPIPOU_STATE_DIR     State that survives reboots. Default: /var/lib/ipipou.",
            "  IPIPOU_SEAL_KEY      Key for sealed secrets. Default: /etc/ipipou/seal.key.",
            "  IPIPOU_DEBUG         If set, print a stack trace on internal errors.",
            "  NO_COLOR             If set, print without colours."
        })
public final class Ipipou {

    /** As listed in {@code --help}. */
    private static final List<String> COMMANDS = List.of(
            "validate",
            "plan",
            "apply",
            "confirm",
            "rollback",
            "destroy",
            "status",
            "doctor",
            "drift",
            "pull",
            "agent",
            "reauth",
            "peer",
            "keygen",
            "seal",
            "plugins",
            "schema",
            DetachedGuard.COMMAND);

    private Ipipou() {}

    /** The type is an interface: with a class, the verifier would load all commands to check them against it. */
    private static Callable<Integer> command(String name, Terminal terminal) {
        return switch (name) {
            case "validate" -> new ValidateCommand(terminal);
            case "plan" -> new PlanCommand(terminal);
            case "apply" -> new ApplyCommand(terminal);
            case "confirm" -> new ConfirmCommand(terminal);
            case "rollback" -> new RollbackCommand(terminal);
            case "destroy" -> new DestroyCommand(terminal);
            case "doctor" -> new DoctorCommand(terminal);
            case "status" -> new StatusCommand(terminal);
            case "drift" -> new DriftCommand(terminal);
            case "pull" -> new PullCommand(terminal);
            case "agent" -> new AgentCommand(terminal);
            case "reauth" -> new ReauthCommand(terminal);
            case "peer" -> new PeerCommand(terminal);
            case "keygen" -> new KeygenCommand(terminal);
            case "seal" -> new SealCommand(terminal);
            case "plugins" -> new PluginsCommand(terminal);
            case "schema" -> new SchemaCommand(terminal);
            case DetachedGuard.COMMAND -> new GuardCommand(terminal);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Runs one command and ends the process with its exit status. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Logs.configure(System.getenv())
                .ifPresent(problem -> Terminal.of(out, err).warning(problem));
        System.exit(run(args, out, err));
    }

    /** Runs one command in this process; returns its exit status. */
    public static int run(String[] args, PrintWriter out, PrintWriter err) {
        Terminal terminal = Terminal.of(out, err);
        CommandLine ipipou = commandLine(args, terminal)
                .setOut(out)
                .setErr(err)
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF))
                .setExecutionExceptionHandler((exception, command, parsed) -> fail(exception, terminal))
                .setParameterExceptionHandler((exception, arguments) -> failUsage(exception, terminal));
        if (args.length == 0) {
            ipipou.usage(err);
            return ExitCode.USAGE.status();
        }
        int status = ipipou.execute(args);
        out.flush();
        if (out.checkError() && status == ExitCode.OK.status()) {
            terminal.error("cannot write to standard output");
            return ExitCode.FAILED.status();
        }
        return status;
    }

    /** The command with all its subcommands, to generate man pages and completion from. */
    public static CommandLine model() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return commandLine(new String[0], Terminal.of(nowhere, nowhere));
    }

    /** Building the model of a command takes time, so all are built only for help and mistakes. */
    private static CommandLine commandLine(String[] args, Terminal terminal) {
        CommandLine ipipou = new CommandLine(new Ipipou());
        for (String name : COMMANDS) {
            if (args.length == 0 || args[0].equals(name) || !COMMANDS.contains(args[0])) {
                CommandLine command = new CommandLine(command(name, terminal));
                if (name.equals("peer")) {
                    PeerCommand.SUBCOMMANDS.forEach(
                            (subcommand, create) -> add(command, subcommand, new CommandLine(create.apply(terminal))));
                }
                add(ipipou, name, command);
            }
        }
        return ipipou;
    }

    private static void add(CommandLine parent, String name, CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .abbreviateSynopsis(true)
                .sortOptions(false)
                .parameterListHeading("%n")
                .optionListHeading("%nOptions:%n");
        parent.addSubcommand(name, command);
    }

    private static int failUsage(ParameterException exception, Terminal terminal) {
        terminal.error(UsageError.message(exception));
        return ExitCode.USAGE.status();
    }

    private static int fail(Exception exception, Terminal terminal) {
        if (exception instanceof CommandFailure failure) {
            terminal.error(failure.getMessage());
            return failure.exitCode().status();
        }
        terminal.error("internal error: " + exception + " (set IPIPOU_DEBUG=1 for the stack trace)");
        if (System.getenv("IPIPOU_DEBUG") != null) {
            exception.printStackTrace(terminal.err());
        }
        return ExitCode.FAILED.status();
    }
}
