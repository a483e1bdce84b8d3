package io.ipipou.cli.command;

import io.ipipou.agent.auth.ReplayGuard;
import io.ipipou.agent.auth.ReplayKeys;
import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.agent.PeerReset;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reset",
        description = {
            "Forget which authentication packets of a peer were accepted, after the clock of the peer or of this host was wrong.",
            "Until the peer authenticates again, packets of it that somebody recorded can be replayed."
        })
final class PeerResetCommand extends CliCommand {

    @Parameters(paramLabel = "NAME", description = "The peer, as in peers of the configuration file.")
    private String peer = "";

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Configuration file, if no agent runs; an agent uses its own. Default: " + ConfigFile.DEFAULT
                    + ", or else the revision last pulled from git.")
    private @Nullable String file;

    @Mixin
    private final PluginOptions plugins;

    PeerResetCommand(Terminal terminal) {
        super(terminal);
        this.plugins = new PluginOptions(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        Optional<AgentClient> agent = AgentClient.find();
        if (agent.isPresent()) {
            return agent.get().relay("peer-reset", Map.of("peer", peer), terminal);
        }
        ConfigFile config = file == null ? new ConfigFile(terminal) : new ConfigFile(terminal, file);
        ReplayKeys keys = ReplayKeys.of(config.read(plugins), plugins.schemes());
        try (ReplayGuard guard = ReplayGuard.open(Directories.state())) {
            return new PeerReset(peer, keys).run(guard::forget, terminal);
        } catch (AccessDeniedException e) {
            throw CommandFailure.permissionDenied("cannot change " + e.getFile());
        } catch (IOException e) {
            throw CommandFailure.failed(e);
        }
    }
}
