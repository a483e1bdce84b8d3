package io.ipipou.cli.command;

import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.process.Terminal;
import picocli.CommandLine.Mixin;

/** A command that compares this host with a configuration file. */
abstract class HostCommand extends CliCommand {

    @Mixin
    final ConfigFile file;

    @Mixin
    final HostSession session;

    HostCommand(Terminal terminal) {
        super(terminal);
        this.file = new ConfigFile(terminal);
        this.session = new HostSession(terminal);
    }
}
