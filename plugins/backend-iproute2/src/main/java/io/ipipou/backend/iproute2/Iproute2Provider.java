package io.ipipou.backend.iproute2;

import io.ipipou.spi.SpiVersion;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.backend.BackendProvider;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Needs {@code ip} of iproute2 5.2 or later and, for the nft table, {@code nft} of nftables 1.0.6 or later. Opening the
 * backend does not run them yet.
 */
public final class Iproute2Provider implements BackendProvider {

    /** Exists only if the kernel has IPv6. */
    private static final Path INET6_ADDRESSES = Path.of("/proc/thread-self/net/if_inet6");

    @Override
    public String id() {
        return "iproute2";
    }

    @Override
    public String description() {
        return "runs the ip command of iproute2 and the nft command of nftables, a fixed number of processes for any number of tunnels";
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public Backend open(String nftTable) throws BackendException {
        String path = System.getenv("PATH");
        return new Iproute2Backend(
                IpCommand.find(path),
                Programs.find("nft", path),
                nftTable,
                Programs.TIMEOUT,
                Privilege::ofThread,
                Files.exists(INET6_ADDRESSES));
    }
}
