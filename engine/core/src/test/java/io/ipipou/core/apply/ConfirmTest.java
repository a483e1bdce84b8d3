package io.ipipou.core.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.testkit.CrashCase;
import io.ipipou.testkit.SimulatedCrash;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An apply that is rolled back unless it is confirmed. */
class ConfirmTest extends TransactionHost {

    private CommitConfirm confirm() {
        return new CommitConfirm(UUID.randomUUID().toString(), Duration.ofMinutes(5), apply -> ProcessId.current());
    }

    private boolean isKilledUnconfirmed(Journal journal) throws Exception {
        try {
            reconciler(CrashCase.NEW).apply(journal, new ApplyRequest(plan -> {}, true, Optional.of(confirm())));
            return false;
        } catch (SimulatedCrash | JournalCrash crash) {
            return true;
        }
    }

    private int everyPointUnconfirmed(Cut cut) throws Exception {
        oldState();
        int point = 1;
        while (cut.at(point)) {
            reconciler(CrashCase.OLD).rollback(journal()).ifPresent(result -> assertThat(result.complete())
                    .isTrue());
            assertThat(state()).isEqualTo(before);
            oldState();
            cut.at(point);
            Optional<Journal.Entry> entry = journal().unfinished().filter(Journal.Entry::awaitsConfirmation);
            if (entry.isPresent()) {
                journal().confirm(entry.get().confirmation().orElseThrow());
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
    void afterAKillAtAnyPointAnUnconfirmedApplyIsRolledBack() throws Exception {
        int before = everyPointUnconfirmed(point -> {
            kernel.crashBefore(point);
            return isKilledUnconfirmed(journal());
        });
        int after = everyPointUnconfirmed(point -> {
            kernel.crashAfter(point);
            return isKilledUnconfirmed(journal());
        });
        int journals = everyPointUnconfirmed(point -> {
            int[] left = {point};
            return isKilledUnconfirmed(new Journal(directory, "netlink", step -> {
                if (--left[0] == 0) {
                    throw new JournalCrash();
                }
            }));
        });
        assertThat(before).isEqualTo(after).isGreaterThan(15);
        assertThat(journals).isEqualTo(10);
        System.out.printf("the same, of an apply to be confirmed: %d, %d and %d points%n", before, after, journals);
    }

    @Test
    void noApplyBeginsWhileAnotherAwaitsConfirmation() throws Exception {
        ApplyReport report =
                reconciler(CrashCase.NEW).apply(journal(), new ApplyRequest(plan -> {}, true, Optional.of(confirm())));
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
    void withoutChangesThereIsNothingToConfirm() throws Exception {
        CommitConfirm never = new CommitConfirm("id", Duration.ofMinutes(5), apply -> {
            throw new IOException("no guard is needed");
        });
        assertThat(reconciler(CrashCase.OLD)
                        .apply(journal(), new ApplyRequest(plan -> {}, true, Optional.of(never)))
                        .converged())
                .isTrue();
        assertThat(journal().unfinished()).isEmpty();
    }

    @Test
    void withoutAGuardNothingIsChanged() {
        CommitConfirm unguarded = new CommitConfirm("id", Duration.ofMinutes(5), apply -> {
            throw new IOException("no room");
        });
        assertThatThrownBy(() -> reconciler(CrashCase.NEW)
                        .apply(journal(), new ApplyRequest(plan -> {}, true, Optional.of(unguarded))))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("no room; nothing was changed");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void rollsBackIfTheTimeToConfirmCannotBeStored() {
        Path inTheWay = directory.resolve("journal.new");
        int[] left = {6}; // The first step of the second write of the journal.
        Journal full = new Journal(directory, "netlink", step -> {
            if (--left[0] == 0) {
                assertThat(inTheWay.toFile().mkdir()).isTrue();
            }
        });
        assertThatThrownBy(() -> reconciler(CrashCase.NEW)
                        .apply(full, new ApplyRequest(plan -> {}, true, Optional.of(confirm()))))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("cannot be written")
                .hasMessageContaining("rolled back and verified");
        assertThat(state()).isEqualTo(before);
    }
}
