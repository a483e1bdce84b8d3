package io.ipipou.cli.command;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.SealKey;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "seal",
        mixinStandardHelpOptions = true,
        description = {
            "Encrypts a secret, read from standard input, so that one host alone can open it, and for one setting alone. "
                    + "Prints what to write as the setting's value.",
            "The host's key is /etc/ipipou/seal.key, or what IPIPOU_SEAL_KEY names."
        })
public final class SealCommand implements Callable<Integer> {

    /** Bytes; as with secrets in files. */
    private static final int MAX_BYTES = 1 << 16;

    /** An entry's name may have dots, a setting's has none. */
    private static final Pattern SETTING = Pattern.compile("auth\\.[A-Za-z0-9_.-]{1,63}\\.[A-Za-z0-9]+");

    private final Terminal terminal;

    @Option(names = "--new-key", description = "Makes this host's key, and prints its public half.")
    private boolean newKey;

    @Option(
            names = "--to",
            paramLabel = "PUBLIC",
            description = "The public half of the host's key that shall open it; default: this host's.")
    private @Nullable String to;

    @Parameters(
            arity = "0..1",
            paramLabel = "SETTING",
            description =
                    "What it is for: auth.NAME.SETTING. " + "Without, the public half of this host's key is printed.")
    private @Nullable String setting;

    public SealCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws CommandFailure {
        Path file = SealKey.path(name -> Optional.ofNullable(System.getenv(name)));
        try {
            if (newKey) {
                SealKey.generate().write(file);
            }
            String publicHalf = to == null ? SealKey.read(file).publicHalf() : to;
            terminal.out().println(setting == null ? publicHalf : sealed(publicHalf, setting));
            return ExitCode.OK.status();
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    file + " is there already, and secrets may be sealed to it (without --new-key, its "
                            + "public half is printed)");
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.FAILED, "there is no " + e.getFile() + " (make it with --new-key)");
        } catch (AccessDeniedException e) {
            throw new CommandFailure(ExitCode.NO_PERMISSION, "not permitted: " + file + " (run it as root)");
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, file + ": " + e.getMessage());
        } catch (GeneralSecurityException e) { // its message may quote a key
            throw new CommandFailure(
                    ExitCode.FAILED,
                    to == null
                            ? file + " is no key (make another with --new-key, when this one is out of the way)"
                            : "what --to gives is no public half of a key (write what ipipou seal prints on that host)");
        }
    }

    private String sealed(String publicHalf, String name) throws CommandFailure, IOException, GeneralSecurityException {
        if (!SETTING.matcher(name).matches()) {
            throw new CommandFailure(
                    ExitCode.USAGE, name + " is no setting of an auth entry (write auth.laptop.secret, say)");
        }
        byte[] secret = secret();
        if (secret.length == 0) {
            throw new CommandFailure(ExitCode.USAGE, "standard input is empty (write the secret to it)");
        }
        return "{sealed: " + SealKey.seal(publicHalf, secret, name) + "}";
    }

    /** Without the newline at its end. */
    private static byte[] secret() throws CommandFailure, IOException {
        byte[] bytes = System.in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new CommandFailure(ExitCode.USAGE, "a secret has at most " + MAX_BYTES + " bytes");
        }
        boolean newline = bytes.length > 0 && bytes[bytes.length - 1] == '\n';
        return newline ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }
}
