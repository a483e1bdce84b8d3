package io.ipipou.cli.command;

import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.auth.GeneratedKeys;
import java.util.Base64;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "keygen",
        description = "Generate a key pair and print it in base64: first the private key, then the public key.")
public final class KeygenCommand extends CliCommand {

    @Option(
            names = "--scheme",
            paramLabel = "ID",
            description = "Auth scheme to generate the keys for. Default: ed25519.")
    private String scheme = "ed25519";

    @Mixin
    private final PluginOptions plugins;

    public KeygenCommand(Terminal terminal) {
        super(terminal);
        this.plugins = new PluginOptions(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        AuthProvider provider = PluginOptions.require(plugins.authSchemes(), "auth scheme", scheme, ExitCode.USAGE);
        GeneratedKeys keys = provider.generateKeys(PluginOptions.CONTEXT)
                .orElseThrow(() -> CommandFailure.usage("the auth scheme " + scheme + " has no keys"));
        terminal.println(Base64.getEncoder().encodeToString(keys.privateKey().bytes()));
        terminal.println(Base64.getEncoder().encodeToString(keys.publicKey().bytes()));
        return ExitCode.OK;
    }
}
