package io.ipipou.core.apply;

import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.testkit.CrashCase;
import io.ipipou.testkit.FakeKernel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A host with unmanaged objects, to which {@link CrashCase#OLD} is applied. */
abstract class TransactionHost {

    private static final LinkName ETH0 = new LinkName("eth0");
    static final LinkName UNMANAGED = new LinkName("other");

    @TempDir
    Path directory;

    FakeKernel kernel = FakeKernel.withDevice(ETH0, Ipv4.of("203.0.113.1"), 24);
    ObservedState before = state();

    @BeforeEach
    void oldState() throws Exception {
        kernel = FakeKernel.withDevice(ETH0, Ipv4.of("203.0.113.1"), 24);
        OuterHeader outer =
                new OuterHeader(Ipv4.of("203.0.113.1"), Ipv4.of("203.0.113.77"), Optional.empty(), 0, 0, true);
        kernel.linkAdd(new IpipLink(UNMANAGED, outer, Encap.fou(9999, 9999, false), 1472, true, new Mark("other", 0)));
        kernel.fouAdd(FouListener.onPort(9999));
        apply(CrashCase.OLD);
        before = state();
    }

    ObservedState state() {
        return CrashCase.ignoringAddressOrder(kernel.state());
    }

    private static Config config(String yaml) throws Exception {
        return new ConfigReader(Schemes.PLUGINS)
                .read(new Source("t.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of(".")))
                .config();
    }

    Reconciler reconciler(String yaml) throws Exception {
        return new Reconciler(config(yaml), Schemes.ALL, kernel.backend(), Map::of, EndpointLookup.KERNEL);
    }

    Journal journal() {
        return new Journal(directory, "netlink");
    }

    ApplyReport apply(String yaml) throws Exception {
        return reconciler(yaml).apply(journal(), new ApplyRequest(plan -> {}, true));
    }

    /** Kills an apply at one point. */
    interface Cut {
        /** @return whether it was killed */
        boolean at(int point) throws Exception;
    }

    static final class JournalCrash extends Error {
        private static final long serialVersionUID = 1L;
    }
}
