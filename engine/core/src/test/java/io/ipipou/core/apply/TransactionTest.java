package io.ipipou.core.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.KnownPlugins;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.NameResolver;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.testkit.FakeKernel;
import io.ipipou.testkit.SimulatedDeath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An apply that creates, changes and deletes, with foreign objects beside, cut off or refused at every point. */
class TransactionTest {

    private static final LinkName ETH0 = new LinkName("eth0");
    private static final LinkName THEIRS = new LinkName("theirs");

    private static final String OLD = """
            apiVersion: ipipou/v1
            defaults: {mode: static, local: {device: eth0, port: 10000}}
            peers: {p0: {endpoint: "198.18.0.1:10000"}, p1: {endpoint: "198.18.0.2:10000"}}
            tunnels:
              t0: {peer: p0, inner: {address: 172.28.0.0}}
              t1: {peer: p1, local: {port: 10001}, inner: {address: 172.28.0.2}}
            """;

    private static final String NEW = """
            apiVersion: ipipou/v1
            defaults: {mode: static, local: {device: eth0, port: 10000}}
            peers: {p0: {endpoint: "198.18.0.9:10000"}, p2: {endpoint: "198.18.0.3:10000"}}
            tunnels:
              t0: {peer: p0, inner: {address: 172.28.9.0}}
              t2: {peer: p2, local: {port: 10002}, inner: {address: 172.28.0.4}}
            """;

    @TempDir
    private Path directory;

    private FakeKernel kernel = FakeKernel.withDevice(ETH0, Ipv4.of("203.0.113.1"), 24);
    private ObservedState before = kernel.state();

    @BeforeEach
    void oldState() throws Exception {
        kernel = FakeKernel.withDevice(ETH0, Ipv4.of("203.0.113.1"), 24);
        OuterHeader outer =
                new OuterHeader(Ipv4.of("203.0.113.1"), Ipv4.of("203.0.113.77"), Optional.empty(), 0, 0, true);
        kernel.linkAdd(new IpipLink(THEIRS, outer, Encap.fou(9999, 9999, false), 1472, true, new Mark("theirs", 0)));
        kernel.fouAdd(FouListener.onPort(9999));
        apply(OLD);
        before = kernel.state();
    }

    private static Config config(String yaml) throws Exception {
        KnownPlugins plugins = KnownPlugins.of(Map.of(), (scheme, settings, use) -> {}, Set.of("netlink"));
        return new ConfigReader(plugins)
                .read(new Source("t.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of(".")))
                .config();
    }

    private Reconciler reconciler(String yaml) throws Exception {
        return new Reconciler(config(yaml), Schemes.ALL, kernel.backend(), NameResolver.SYSTEM);
    }

    private Journal journal() {
        return new Journal(directory, "netlink");
    }

    private ApplyReport apply(String yaml) throws Exception {
        return reconciler(yaml).applyOrUndo(journal(), plan -> {});
    }

    @Test
    void whicheverWriteIsRefusedTheHostIsAsBefore() throws Exception {
        int refusals = 0;
        while (true) {
            kernel.refuse(refusals + 1, "ENOBUFS");
            ApplyReport report = apply(NEW);
            assertThat(journal().unfinished()).isEmpty();
            if (report.converged()) {
                break;
            }
            refusals++;
            assertThat(report.failures()).hasSize(1);
            assertThat(report.undo().orElseThrow().complete()).isTrue();
            assertThat(kernel.state()).isEqualTo(before);
        }
        assertThat(refusals).isGreaterThan(5);
    }

    /** Where a run dies, and how many such points there are. */
    private interface Cut {
        /** @return whether it died */
        boolean at(int point) throws Exception;
    }

    private boolean dies(Journal journal) throws Exception {
        try {
            reconciler(NEW).applyOrUndo(journal, plan -> {});
            return false;
        } catch (SimulatedDeath | JournalDeath death) {
            return true;
        }
    }

    private static final class JournalDeath extends Error {
        private static final long serialVersionUID = 1L;
    }

    private int everyPoint(Cut cut) throws Exception {
        oldState();
        int point = 1;
        while (cut.at(point)) {
            assertThat(kernel.state().links()).containsKey(THEIRS);
            reconciler(NEW).rollback(journal()).ifPresent(undo -> assertThat(undo.complete())
                    .isTrue());
            // Where it died past the end there is nothing to roll back, and the new state is there.
            boolean wasOver = reconciler(NEW).plan().isEmpty();
            assertThat(wasOver || kernel.state().equals(before)).isTrue();
            oldState();
            assertThat(cut.at(point)).isTrue();
            assertThat(apply(NEW).converged()).isTrue();
            assertThat(journal().unfinished()).isEmpty();
            assertThat(kernel.state().links()).containsKey(THEIRS);
            assertThat(kernel.state().listeners()).contains(FouListener.onPort(9999));
            assertThat(kernel.state().listeners()).doesNotContain(FouListener.onPort(10001));
            oldState();
            point++;
        }
        return point - 1;
    }

    @Test
    void killedAtAnyPointTheNextApplyFinishesOrRollbackUndoes() throws Exception {
        int before = everyPoint(point -> {
            kernel.dieBefore(point);
            return dies(journal());
        });
        int after = everyPoint(point -> {
            kernel.dieAfter(point);
            return dies(journal());
        });
        int journals = everyPoint(point -> {
            int[] left = {point};
            return dies(new Journal(directory, "netlink", step -> {
                if (--left[0] == 0) {
                    throw new JournalDeath();
                }
            }));
        });
        assertThat(before).isEqualTo(after).isGreaterThan(5);
        assertThat(journals).isEqualTo(8);
    }

    @Test
    void aListenerOfARunThatDiedGoesWithAFileThatDoesNotNameIt() throws Exception {
        int point = 1;
        do {
            kernel.dieAfter(point++);
            assertThat(dies(journal())).isTrue();
        } while (!kernel.state().listeners().contains(FouListener.onPort(10002)));
        assertThat(apply(OLD).converged()).isTrue();
        assertThat(kernel.state()).isEqualTo(before);
    }

    @Test
    void whereTheJournalCannotBeWrittenNothingIsChanged() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> reconciler(NEW).applyOrUndo(new Journal(file, "netlink"), plan -> {}))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("nothing was changed");
        assertThat(kernel.state()).isEqualTo(before);
    }

    @Test
    void aJournalThatIsNoneIsAnErrorAndNothingIsChanged() throws Exception {
        Files.writeString(journal().path(), "{\"version\": 1}");
        assertThatThrownBy(() -> apply(NEW))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("cannot be read");
        assertThat(kernel.state()).isEqualTo(before);
    }
}
