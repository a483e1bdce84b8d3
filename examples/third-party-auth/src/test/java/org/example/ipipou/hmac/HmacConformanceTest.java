package org.example.ipipou.hmac;

import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.testkit.auth.AuthSchemeConformance;
import io.ipipou.testkit.auth.AuthSides;
import java.util.Map;

class HmacConformanceTest extends AuthSchemeConformance {

    private static final Endpoint SOURCE = new Endpoint(Ipv4.of("198.51.100.7"), 40000);

    @Override
    protected AuthProvider provider() {
        return new HmacProvider();
    }

    @Override
    protected AuthSides peer() {
        return sides("a key of the first peer");
    }

    @Override
    protected AuthSides otherPeer() {
        return sides("a key of another peer");
    }

    private static AuthSides sides(String key) {
        Settings settings = new Settings(Map.of("key", Secret.of(key)));
        return new AuthSides(settings, settings, SOURCE);
    }
}
