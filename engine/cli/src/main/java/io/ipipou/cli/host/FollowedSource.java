package io.ipipou.cli.host;

import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.option.SourceOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.SyncStateFiles;
import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.InvalidAddressException;
import io.ipipou.spi.source.SourceException;
import io.ipipou.spi.source.SourceProvider;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Clock;

/** Opens the repository that the options name. */
public final class FollowedSource {

    private FollowedSource() {}

    /** Also prints the notes on the state that earlier runs left. */
    public static Follower open(SourceOptions options, PluginOptions plugins, Terminal terminal) throws CommandFailure {
        SyncStateFiles store = new SyncStateFiles(Directories.state());
        Follower.Setup setup = new Follower.Setup(
                options.ref(), options.policy(), options.secretsDirectory(), store, Clock.systemUTC());
        SourceProvider provider =
                PluginOptions.require(plugins.sources(), "source", options.sourceId(), ExitCode.USAGE);
        ConfigReader reader = new ConfigReader(plugins.known());
        try {
            ConfigSource source =
                    provider.open(options.location(store.directory().resolve("cache")));
            ConfigSource shown = new ProgressSource(source, options.ref().address(), terminal);
            Follower follower = Follower.open(setup, shown, reader::read)
                    .orElseThrow(
                            () -> new CommandFailure(
                                    ExitCode.LOCKED,
                                    "another ipipou process follows a repository on this host (stop that agent, or retry when the pull has finished)"));
            follower.notes().forEach(terminal::note);
            return follower;
        } catch (InvalidAddressException e) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, String.valueOf(e.getMessage()));
        } catch (SourceException e) {
            throw CommandFailure.failed(e);
        } catch (AccessDeniedException e) {
            throw CommandFailure.permissionDenied("cannot use " + store.directory());
        } catch (IOException e) {
            throw CommandFailure.failed("cannot use " + store.directory() + ": " + e.getMessage());
        }
    }
}
