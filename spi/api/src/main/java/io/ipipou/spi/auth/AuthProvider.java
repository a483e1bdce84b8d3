package io.ipipou.spi.auth;

import io.ipipou.spi.Plugin;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.Settings;
import java.util.List;
import java.util.Optional;

/** An authentication scheme. Its id is the value of {@code scheme} in the configuration file. */
public interface AuthProvider extends Plugin {

    /** The settings of an entry with this scheme, in the order of the documentation. */
    List<Setting> settings();

    /**
     * Creates the server's side of one entry. Does no I/O. The engine also calls this to check a file and drops the
     * result.
     *
     * @throws InvalidSettingException if such a verifier would accept no packet, or one that anybody can make
     */
    Verifier verifier(Settings settings, AuthContext context) throws InvalidSettingException;

    /**
     * Creates the client's side of one entry. Does no I/O. The engine also calls this to check a file and drops the
     * result.
     *
     * @throws InvalidSettingException if no authentication packet can be made with these settings
     */
    Authenticator authenticator(Settings settings, AuthContext context) throws InvalidSettingException;

    /** Generates a key pair for {@code ipipou keygen}; empty when the scheme has none. */
    default Optional<GeneratedKeys> generateKeys(AuthContext context) {
        return Optional.empty();
    }
}
