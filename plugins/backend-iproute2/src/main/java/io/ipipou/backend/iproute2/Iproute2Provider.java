package io.ipipou.backend.iproute2;

import io.ipipou.spi.SpiVersion;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.backend.BackendProvider;

/** Needs the {@code ip} of iproute2 5.2 or later, which is only started when something is read. */
public final class Iproute2Provider implements BackendProvider {

    @Override
    public String id() {
        return "iproute2";
    }

    @Override
    public String description() {
        return "runs the ip command of iproute2, a fixed number of processes for any number of tunnels";
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public Backend open(String nftTable) throws BackendException {
        return new Iproute2Backend(IpCommand.find(System.getenv("PATH")), IpCommand.PATIENCE, Privilege::ofThread);
    }
}
