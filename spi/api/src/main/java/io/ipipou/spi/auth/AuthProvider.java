package io.ipipou.spi.auth;

import io.ipipou.spi.Plugin;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.Settings;
import java.util.List;
import java.util.Optional;

/** An authentication scheme; its id is what {@code scheme} names in the file. */
public interface AuthProvider extends Plugin {

    /** Everything an entry with this scheme may hold, in the order it is documented. */
    List<Setting> settings();

    /**
     * The server's side of one entry. Does no I/O; also called to check a file, and then dropped.
     *
     * @throws InvalidSettingException if no proof could ever be accepted with these, or any stranger's
     */
    Verifier verifier(Settings settings, AuthContext context) throws InvalidSettingException;

    /**
     * The client's side of one entry. Does no I/O; also called to check a file, and then dropped.
     *
     * @throws InvalidSettingException if no proof can be made with these
     */
    Authenticator authenticator(Settings settings, AuthContext context) throws InvalidSettingException;

    /** New keys for {@code ipipou keygen}; empty when the scheme has no pair of keys. */
    default Optional<GeneratedKeys> generateKeys(AuthContext context) {
        return Optional.empty();
    }
}
