package io.ipipou.auth.address;

import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.testkit.auth.AuthSchemeConformance;
import io.ipipou.testkit.auth.AuthSides;
import java.util.Map;

class AddressConformanceTest extends AuthSchemeConformance {

    @Override
    protected AuthProvider provider() {
        return new AddressProvider();
    }

    @Override
    protected AuthSides peer() {
        return at(new Endpoint(Ipv4.of("198.51.100.2"), 20001));
    }

    @Override
    protected AuthSides otherPeer() {
        return at(new Endpoint(Ipv4.of("198.51.100.3"), 20001));
    }

    @Override
    protected boolean readsPayload() {
        return false;
    }

    @Override
    protected boolean stampsPackets() {
        return false;
    }

    private static AuthSides at(Endpoint source) {
        Settings server = new Settings(Map.of("ip", source.address(), "port", source.port()));
        return new AuthSides(server, new Settings(Map.of()), source);
    }
}
