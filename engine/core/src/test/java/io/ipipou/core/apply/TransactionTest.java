package io.ipipou.core.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.NameResolver;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.BackendException;
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
import io.ipipou.testkit.SimulatedCrash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An apply that creates, changes and deletes, with foreign objects beside, cut off or refused at every point. */
class TransactionTest {

    private static final LinkName ETH0 = new LinkName("eth0");
    private static final LinkName THEIRS = new LinkName("theirs");

    @TempDir
    private Path directory;

    private FakeKernel kernel = FakeKernel.withDevice(ETH0, Ipv4.of("203.0.113.1"), 24);
    private ObservedState before = state();

    @BeforeEach
    void oldState() throws Exception {
        kernel = FakeKernel.withDevice(ETH0, Ipv4.of("203.0.113.1"), 24);
        OuterHeader outer =
                new OuterHeader(Ipv4.of("203.0.113.1"), Ipv4.of("203.0.113.77"), Optional.empty(), 0, 0, true);
        kernel.linkAdd(new IpipLink(THEIRS, outer, Encap.fou(9999, 9999, false), 1472, true, new Mark("theirs", 0)));
        kernel.fouAdd(FouListener.onPort(9999));
        apply(CrashCase.OLD);
        before = state();
    }

    private ObservedState state() {
        return CrashCase.ignoringAddressOrder(kernel.state());
    }

    private static Config config(String yaml) throws Exception {
        return new ConfigReader(Schemes.PLUGINS)
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
        return reconciler(yaml).applyOrRollBack(journal(), plan -> {});
    }

    @Test
    void whicheverWriteIsRefusedTheHostIsAsBefore() throws Exception {
        int refusals = 0;
        while (true) {
            kernel.refuse(refusals + 1, "ENOBUFS");
            ApplyReport report = apply(CrashCase.NEW);
            assertThat(journal().unfinished()).isEmpty();
            if (report.converged()) {
                break;
            }
            refusals++;
            assertThat(report.failures()).hasSize(1);
            assertThat(report.rollback().orElseThrow().complete()).isTrue();
            assertThat(state()).isEqualTo(before);
        }
        assertThat(refusals).isGreaterThan(5);
    }

    @Test
    void whatIsAppliedCreatesChangesReplacesAndDeletes() throws Exception {
        Plan plan = reconciler(CrashCase.NEW).plan();
        assertThat(plan.changes().stream().map(Change::action)).contains(Change.Action.values());
        assertThat(plan.operations().stream().map(operation -> operation.id().kind()))
                .contains("tunnel", "listener", "address", "route", "nft.table", "nft.element");
    }

    /** Where a run dies, and how many such points there are. */
    private interface Cut {
        /** @return whether it died */
        boolean at(int point) throws Exception;
    }

    private boolean dies(Journal journal) throws Exception {
        try {
            reconciler(CrashCase.NEW).applyOrRollBack(journal, plan -> {});
            return false;
        } catch (SimulatedCrash | JournalDeath death) {
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
            assertThat(state().links()).containsKey(THEIRS);
            reconciler(CrashCase.NEW).rollback(journal()).ifPresent(undo -> assertThat(undo.complete())
                    .isTrue());
            // Where it died past the end there is nothing to roll back, and the new state is there.
            boolean wasOver = reconciler(CrashCase.NEW).plan().isEmpty();
            assertThat(wasOver || state().equals(before)).isTrue();
            oldState();
            assertThat(cut.at(point)).isTrue();
            assertThat(apply(CrashCase.NEW).converged()).isTrue();
            assertThat(journal().unfinished()).isEmpty();
            assertThat(state().links()).containsKey(THEIRS);
            assertThat(state().listeners()).contains(FouListener.onPort(9999));
            assertThat(state().listeners()).doesNotContain(FouListener.onPort(10001));
            oldState();
            point++;
        }
        return point - 1;
    }

    @Test
    void killedAtAnyPointTheNextApplyFinishesOrRollbackUndoes() throws Exception {
        int before = everyPoint(point -> {
            kernel.crashBefore(point);
            return dies(journal());
        });
        int after = everyPoint(point -> {
            kernel.crashAfter(point);
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
        assertThat(before).isEqualTo(after).isGreaterThan(15);
        assertThat(journals).isEqualTo(8);
        System.out.printf(
                "crash matrix on the fake kernel: %d points before and %d after a kernel write, %d at the journal%n",
                before, after, journals);
    }

    private static final CommitConfirm UNCONFIRMED =
            new CommitConfirm(Duration.ofMinutes(5), apply -> ProcessId.current());

    private boolean diesUnconfirmed(Journal journal) throws Exception {
        try {
            reconciler(CrashCase.NEW).applyOrRollBack(journal, plan -> {}, Optional.of(UNCONFIRMED));
            return false;
        } catch (SimulatedCrash | JournalDeath death) {
            return true;
        }
    }

    private int everyPointUnconfirmed(Cut cut) throws Exception {
        oldState();
        int point = 1;
        while (cut.at(point)) {
            reconciler(CrashCase.OLD).rollback(journal()).ifPresent(undo -> assertThat(undo.complete())
                    .isTrue());
            assertThat(state()).isEqualTo(before);
            oldState();
            cut.at(point);
            if (journal().unfinished().filter(Journal.Entry::awaitsConfirmation).isPresent()) {
                journal().discard();
            } else {
                assertThat(apply(CrashCase.NEW).converged()).isTrue();
            }
            assertThat(reconciler(CrashCase.NEW).plan().isEmpty()).isTrue();
            assertThat(journal().unfinished()).isEmpty();
            oldState();
            point++;
        }
        journal().discard();
        return point - 1;
    }

    @Test
    void killedAtAnyPointOfAnApplyToBeConfirmedItIsNotKept() throws Exception {
        int before = everyPointUnconfirmed(point -> {
            kernel.crashBefore(point);
            return diesUnconfirmed(journal());
        });
        int after = everyPointUnconfirmed(point -> {
            kernel.crashAfter(point);
            return diesUnconfirmed(journal());
        });
        int journals = everyPointUnconfirmed(point -> {
            int[] left = {point};
            return diesUnconfirmed(new Journal(directory, "netlink", step -> {
                if (--left[0] == 0) {
                    throw new JournalDeath();
                }
            }));
        });
        assertThat(before).isEqualTo(after).isGreaterThan(15);
        assertThat(journals).isEqualTo(10);
        System.out.printf("the same, of an apply to be confirmed: %d, %d and %d points%n", before, after, journals);
    }

    @Test
    void whileOneAwaitsConfirmationNoOtherBegins() throws Exception {
        ApplyReport report = reconciler(CrashCase.NEW).applyOrRollBack(journal(), plan -> {}, Optional.of(UNCONFIRMED));
        assertThat(report.converged()).isTrue();
        Journal.Entry entry = journal().unfinished().orElseThrow();
        assertThat(entry.awaitsConfirmation()).isTrue();
        assertThat(entry.confirmation().orElseThrow().remaining(Uptime.now()).orElseThrow())
                .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
        ObservedState now = state();
        assertThatThrownBy(() -> apply(CrashCase.OLD))
                .isInstanceOf(PendingConfirmationException.class)
                .hasMessageContaining("awaits confirmation");
        assertThat(state()).isEqualTo(now);
        assertThat(reconciler(CrashCase.NEW).rollback(journal()).orElseThrow().complete())
                .isTrue();
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void withNothingToChangeThereIsNothingToConfirm() throws Exception {
        CommitConfirm never = new CommitConfirm(Duration.ofMinutes(5), apply -> {
            throw new IOException("no guard is needed");
        });
        assertThat(reconciler(CrashCase.OLD)
                        .applyOrRollBack(journal(), plan -> {}, Optional.of(never))
                        .converged())
                .isTrue();
        assertThat(journal().unfinished()).isEmpty();
    }

    @Test
    void withoutAGuardNothingIsChanged() {
        CommitConfirm unguarded = new CommitConfirm(Duration.ofMinutes(5), apply -> {
            throw new IOException("no room");
        });
        assertThatThrownBy(
                        () -> reconciler(CrashCase.NEW).applyOrRollBack(journal(), plan -> {}, Optional.of(unguarded)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("no room; nothing was changed");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void whereTheTimeCannotBeNotedTheApplyIsUndone() {
        Path inTheWay = directory.resolve("journal.new");
        int[] left = {6}; // The first of the second time that the journal is written.
        Journal full = new Journal(directory, "netlink", step -> {
            if (--left[0] == 0) {
                assertThat(inTheWay.toFile().mkdir()).isTrue();
            }
        });
        assertThatThrownBy(() -> reconciler(CrashCase.NEW).applyOrRollBack(full, plan -> {}, Optional.of(UNCONFIRMED)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("cannot be written")
                .hasMessageContaining("rolled back and verified");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aListenerOfARunThatDiedGoesWithAFileThatDoesNotNameIt() throws Exception {
        int point = 1;
        do {
            kernel.crashAfter(point++);
            assertThat(dies(journal())).isTrue();
        } while (!state().listeners().contains(FouListener.onPort(10002)));
        assertThat(apply(CrashCase.OLD).converged()).isTrue();
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void whereTheJournalCannotBeWrittenNothingIsChanged() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> reconciler(CrashCase.NEW).applyOrRollBack(new Journal(file, "netlink"), plan -> {}))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("nothing was changed");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aJournalThatIsNoneIsAnErrorAndNothingIsChanged() throws Exception {
        Files.writeString(journal().path(), "{\"version\": 1}");
        assertThatThrownBy(() -> apply(CrashCase.NEW))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("cannot be read");
        assertThat(state()).isEqualTo(before);
    }
}
