package io.ipipou.cli.command;

import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.auth.GeneratedKeys;
import java.util.Base64;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "keygen",
        mixinStandardHelpOptions = true,
        description = "Prints a new pair of keys in base64: the private key, which stays here, and the public key.")
public final class KeygenCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final PluginOptions plugins;

    @Option(names = "--scheme", paramLabel = "ID", defaultValue = "ed25519", description = "Default: ${DEFAULT-VALUE}.")
    private String scheme = "";

    public KeygenCommand(Terminal terminal) {
        this.terminal = terminal;
        this.plugins = new PluginOptions(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        PluginPath path = plugins.path();
        AuthProvider provider = plugins.authSchemes(path)
                .get(scheme)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE, "there is no auth scheme " + scheme + " (see: ipipou plugins)"));
        GeneratedKeys keys = provider.generateKeys(PluginOptions.CONTEXT)
                .orElseThrow(() -> new CommandFailure(ExitCode.USAGE, "the scheme " + scheme + " has no keys"));
        terminal.out()
                .println(Base64.getEncoder().encodeToString(keys.privateKey().bytes()));
        terminal.out()
                .println(Base64.getEncoder().encodeToString(keys.publicKey().bytes()));
        return ExitCode.OK.status();
    }
}
