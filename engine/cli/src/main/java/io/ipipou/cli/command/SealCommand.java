package io.ipipou.cli.command;

import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.SealKey;
import io.ipipou.core.config.SecretText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "seal",
        description = {
            "Encrypt a secret from standard input for one host and one setting, and print the value to write in FILE.",
            "Without SETTING, print this host's public key. The key pair is in /etc/ipipou/seal.key, or $IPIPOU_SEAL_KEY."
        })
public final class SealCommand extends CliCommand {

    /** auth.NAME.SETTING; NAME can have dots. */
    private static final Pattern SETTING = Pattern.compile("auth\\.[A-Za-z0-9_.-]{1,63}\\.[A-Za-z0-9]+");

    @Parameters(
            arity = "0..1",
            paramLabel = "SETTING",
            description = "Setting that the secret is for: auth.NAME.SETTING.")
    private @Nullable String setting;

    @Option(names = "--new-key", description = "Create this host's key pair first.")
    private boolean newKey;

    @Option(
            names = "--to",
            paramLabel = "KEY",
            description = "Public key of the host that can decrypt the secret. Default: this host's.")
    private @Nullable String to;

    @Mixin
    private final PluginOptions plugins;

    public SealCommand(Terminal terminal) {
        super(terminal);
        this.plugins = new PluginOptions(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        if (setting != null) {
            checkSetting(setting);
        }
        Path file = SealKey.path(name -> Optional.ofNullable(System.getenv(name)));
        try {
            if (newKey) {
                SealKey.generate().write(file);
            }
            String publicKey = to == null ? SealKey.read(file).publicKey() : to;
            terminal.println(setting == null ? publicKey : sealed(publicKey, setting));
            return ExitCode.OK;
        } catch (FileAlreadyExistsException e) {
            throw CommandFailure.failed(file + " already exists, and secrets can be sealed to it"
                    + " (without --new-key, ipipou seal prints its public key)");
        } catch (NoSuchFileException e) {
            throw CommandFailure.failed(e.getFile() + ": no such file (create the key with --new-key)");
        } catch (AccessDeniedException e) {
            throw CommandFailure.permissionDenied("cannot use " + file);
        } catch (IOException e) {
            throw CommandFailure.failed(file + ": " + e.getMessage());
        } catch (GeneralSecurityException e) { // its message can quote a key
            throw CommandFailure.failed(
                    to == null
                            ? file + " is not a key (move it away and create another with --new-key)"
                            : "the value of --to is not a public key (give what ipipou seal prints on that host)");
        }
    }

    private void checkSetting(String name) throws CommandFailure {
        if (!SETTING.matcher(name).matches()) {
            throw CommandFailure.usage(
                    name + " is not a setting of an auth entry (write for example auth.laptop.secret)");
        }
        Optional<String> mistake = plugins.known().validateSecret(name.substring(name.lastIndexOf('.') + 1));
        if (mistake.isPresent()) {
            throw CommandFailure.usage(name + ": " + mistake.get());
        }
    }

    private String sealed(String publicKey, String name) throws CommandFailure, IOException, GeneralSecurityException {
        byte[] secret = readSecret();
        if (secret.length == 0) {
            throw CommandFailure.usage("standard input is empty (pipe the secret to this command)");
        }
        SecretText.ending(secret)
                .ifPresent(ending -> terminal.warning("the secret ends with " + ending + ", which is part of it"));
        return "{sealed: " + SealKey.seal(publicKey, secret, name) + "}";
    }

    /** Without the newline at the end. */
    private static byte[] readSecret() throws CommandFailure, IOException {
        byte[] bytes = System.in.readNBytes(SecretText.MAX_BYTES + 1);
        if (bytes.length > SecretText.MAX_BYTES) {
            throw CommandFailure.usage("the secret is longer than " + SecretText.MAX_BYTES + " bytes");
        }
        return SecretText.withoutNewline(bytes);
    }
}
