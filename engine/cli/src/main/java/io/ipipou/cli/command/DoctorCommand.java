package io.ipipou.cli.command;

import io.ipipou.cli.doctor.Diagnosis;
import io.ipipou.cli.doctor.DiagnosisText;
import io.ipipou.cli.doctor.Doctor;
import io.ipipou.cli.doctor.FileFacts;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.config.Spelling;
import io.ipipou.core.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "doctor",
        description = {
            "Check what each tunnel needs, and say what is wrong and what to do. Changes nothing.",
            "Exit status: 0 if all is well, 2 if a check fails, 1 if the host could not be checked."
        })
public final class DoctorCommand extends CliCommand {

    @Parameters(arity = "0..*", paramLabel = "TUNNEL", description = "Tunnels to check. Default: all.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Configuration file; - for standard input. Default: as for plan.")
    private @Nullable String file;

    @Option(names = "--json", description = "Print the result of every check as JSON.")
    private boolean json;

    @Mixin
    private final HostSession session;

    public DoctorCommand(Terminal terminal) {
        super(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        ConfigFile source = file == null ? new ConfigFile(terminal) : new ConfigFile(terminal, file);
        LoadedConfig loaded = source.load(session.plugins());
        Config config = loaded.config();
        checkNames(config);
        FileFacts files = new FileFacts(
                source.path(),
                loaded.warnings(),
                session.plugins().known().secrets(),
                session.plugins().searched());
        Diagnosis diagnosis = session.read(
                config,
                (backend, reconciler) -> Doctor.examine(
                        config,
                        files,
                        tunnel ->
                                names.isEmpty() || names.contains(tunnel.name().value()),
                        backend,
                        reconciler));
        terminal.print(json ? Json.pretty(diagnosis.document()) : DiagnosisText.of(diagnosis, names.isEmpty()));
        return diagnosis.isWell() ? ExitCode.OK : ExitCode.CHANGES;
    }

    private void checkNames(Config config) throws CommandFailure {
        List<String> known =
                config.tunnels().stream().map(tunnel -> tunnel.name().value()).toList();
        for (String name : names) {
            if (known.contains(name)) {
                continue;
            }
            String hint = Files.exists(Path.of(name))
                    ? " (to check the tunnels of a file, write --file " + name + ")"
                    : Spelling.nearest(name, known)
                            .map(nearest -> " (did you mean " + nearest + "?)")
                            .orElse("");
            throw CommandFailure.usage("no tunnel " + name + " in the file" + hint);
        }
    }
}
