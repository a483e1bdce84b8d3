package io.ipipou.cli.command;

import io.ipipou.cli.doctor.Diagnosis;
import io.ipipou.cli.doctor.DiagnosisText;
import io.ipipou.cli.doctor.Doctor;
import io.ipipou.cli.doctor.FileFacts;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.option.TunnelSelection;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.json.Json;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = {
            "Check what each tunnel needs, and say what is wrong and what to do. Changes nothing.",
            "Exit status: 0 if all is well, 2 if a check fails, 1 if the host could not be checked."
        })
public final class DoctorCommand extends CliCommand {

    /** Of more tunnels, only those are printed that are not well. */
    private static final int MAX_WELL = 20;

    @Option(names = "--json", description = "Print the result of every check as JSON.")
    private boolean json;

    @Mixin
    private final TunnelSelection selection = new TunnelSelection();

    @Mixin
    private final HostSession session;

    public DoctorCommand(Terminal terminal) {
        super(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        ConfigFile source = selection.file(terminal);
        if (source.path().filter(Files::notExists).isPresent()) {
            selection.requireNoFiles("doctor", List.of());
        }
        LoadedConfig loaded = source.load(session.plugins());
        Config config = loaded.config();
        List<String> known = TunnelSelection.tunnelsOf(config);
        selection.requireNoFiles("doctor", known);
        Set<String> selected = selection.select(known);
        FileFacts files = new FileFacts(
                source.identity(),
                source.path(),
                loaded.warnings(),
                session.plugins().known().secrets(),
                session.plugins().searched());
        Diagnosis diagnosis = session.read(
                config,
                (backend, reconciler) -> Doctor.examine(
                        config, files, tunnel -> selected.contains(tunnel.name().value()), backend, reconciler));
        terminal.print(
                json ? Json.pretty(diagnosis.document()) : DiagnosisText.of(diagnosis, selected.size() > MAX_WELL));
        return diagnosis.isWell() ? ExitCode.OK : ExitCode.CHANGES;
    }
}
