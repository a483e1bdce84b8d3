package io.ipipou.auth.token;

import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.testkit.auth.AuthSchemeConformance;
import io.ipipou.testkit.auth.AuthSides;
import java.util.Map;

class TokenConformanceTest extends AuthSchemeConformance {

    private static final Endpoint SOURCE = new Endpoint(Ipv4.of("198.51.100.7"), 40000);

    @Override
    protected AuthProvider provider() {
        return new TokenProvider();
    }

    @Override
    protected AuthSides peer() {
        return sides("correct horse battery");
    }

    @Override
    protected AuthSides otherPeer() {
        return sides("correct horse batterz");
    }

    @Override
    protected boolean stampsPackets() {
        return false;
    }

    private static AuthSides sides(String token) {
        Settings settings = new Settings(Map.of("token", Secret.of(token)));
        return new AuthSides(settings, settings, SOURCE);
    }
}
