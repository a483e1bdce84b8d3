package io.ipipou.core.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.testkit.CrashCase;
import io.ipipou.testkit.SimulatedCrash;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** An apply that creates, changes and deletes, and is killed or refused at every point. */
class TransactionTest extends TransactionHost {

    @Test
    void rollsBackWhicheverWriteIsRefused() throws Exception {
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
    void theCaseHasEveryActionAndKind() throws Exception {
        Plan plan = reconciler(CrashCase.NEW).plan();
        assertThat(plan.changes().stream().map(Change::action)).contains(Change.Action.values());
        assertThat(plan.operations().stream().map(operation -> operation.id().kind()))
                .contains("tunnel", "listener", "address", "route", "nft.table", "nft.element");
    }

    private boolean isKilled(Journal journal) throws Exception {
        try {
            reconciler(CrashCase.NEW).apply(journal, new ApplyRequest(plan -> {}, true));
            return false;
        } catch (SimulatedCrash | JournalCrash crash) {
            return true;
        }
    }

    private int everyPoint(Cut cut) throws Exception {
        oldState();
        int point = 1;
        while (cut.at(point)) {
            assertThat(state().links()).containsKey(UNMANAGED);
            reconciler(CrashCase.NEW).rollback(journal()).ifPresent(result -> assertThat(result.complete())
                    .isTrue());
            // Killed after the last write there is nothing to roll back, and the host has the new state.
            boolean wasOver = reconciler(CrashCase.NEW).plan().isEmpty();
            assertThat(wasOver || state().equals(before)).isTrue();
            oldState();
            assertThat(cut.at(point)).isTrue();
            assertThat(apply(CrashCase.NEW).converged()).isTrue();
            assertThat(journal().unfinished()).isEmpty();
            assertThat(state().links()).containsKey(UNMANAGED);
            assertThat(state().listeners()).contains(FouListener.onPort(9999));
            assertThat(state().listeners()).doesNotContain(FouListener.onPort(10001));
            ObservedState wanted = state();
            oldState();
            assertThat(cut.at(point)).isTrue();
            assertThat(reconciler(CrashCase.NEW).repair(journal(), plan -> {}).converged())
                    .as("the start of an agent")
                    .isTrue();
            assertThat(journal().unfinished()).isEmpty();
            assertThat(state()).isEqualTo(wanted);
            oldState();
            point++;
        }
        return point - 1;
    }

    @Test
    void afterAKillAtAnyPointApplyOrTheAgentContinuesAndRollbackReverts() throws Exception {
        int before = everyPoint(point -> {
            kernel.crashBefore(point);
            return isKilled(journal());
        });
        int after = everyPoint(point -> {
            kernel.crashAfter(point);
            return isKilled(journal());
        });
        int journals = everyPoint(point -> {
            int[] left = {point};
            return isKilled(new Journal(directory, "netlink", step -> {
                if (--left[0] == 0) {
                    throw new JournalCrash();
                }
            }));
        });
        assertThat(before).isEqualTo(after).isGreaterThan(15);
        assertThat(journals).isEqualTo(8);
        System.out.printf(
                "crash matrix on the fake kernel: %d points before and %d after a kernel write, %d at the journal%n",
                before, after, journals);
    }

    @Test
    void deletesAListenerThatAKilledApplyLeftBehind() throws Exception {
        int point = 1;
        do {
            kernel.crashAfter(point++);
            assertThat(isKilled(journal())).isTrue();
        } while (!state().listeners().contains(FouListener.onPort(10002)));
        assertThat(apply(CrashCase.OLD).converged()).isTrue();
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void changesNothingIfTheJournalCannotBeWritten() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> reconciler(CrashCase.NEW)
                        .apply(new Journal(file, "netlink"), new ApplyRequest(plan -> {}, true)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("nothing was changed");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void changesNothingIfTheJournalCannotBeRead() throws Exception {
        Files.writeString(journal().path(), "{\"version\": 1}");
        assertThatThrownBy(() -> apply(CrashCase.NEW))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("cannot be read");
        assertThat(state()).isEqualTo(before);
    }
}
