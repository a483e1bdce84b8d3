package io.ipipou.auth.address;

import io.ipipou.spi.SpiVersion;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.SettingType;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Ipv4;
import java.util.List;
import java.util.Optional;

/** The client sends an empty packet; the server checks only its source address and port. */
public final class AddressProvider implements AuthProvider {

    private static final Setting IP =
            Setting.optional("ip", SettingType.IPV4, "the address that the peer's packets come from");
    private static final Setting PORT =
            Setting.optional("port", SettingType.PORT, "the UDP port that the peer's packets come from");

    @Override
    public String id() {
        return "address";
    }

    @Override
    public String description() {
        return "any packet from the peer's address, port, or both";
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public List<Setting> settings() {
        return List.of(IP, PORT);
    }

    @Override
    public Verifier verifier(Settings settings, AuthContext context) throws InvalidSettingException {
        Optional<Ipv4> address = settings.ipv4(IP.name());
        Optional<Integer> port = settings.port(PORT.name());
        if (address.isEmpty() && port.isEmpty()) {
            throw new InvalidSettingException(
                    IP.name(), "without ip and port every source would be this peer (write at least one of them)");
        }
        return new AddressVerifier(PacketShape.from(address, port));
    }

    /** Needs no setting: the server's entry holds this host's address and port. */
    @Override
    public Authenticator authenticator(Settings settings, AuthContext context) {
        return new AddressAuthenticator();
    }
}
