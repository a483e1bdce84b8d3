package io.ipipou.core.source;

import static io.ipipou.core.source.FollowedHost.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.disk.DurableFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that is full or damaged, or on which a write was interrupted. */
class SyncStateFilesTest {

    @TempDir
    private Path directory;

    private FollowedHost host = new FollowedHost(Path.of(""));

    @BeforeEach
    void host() throws Exception {
        host = new FollowedHost(directory);
        host.source.commit("a1", file("t0"));
        host.sync();
    }

    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static Consumer<DurableFile.Step> dyingAt(int point) {
        int[] left = {point};
        return step -> {
            if (--left[0] == 0) {
                throw new Death();
            }
        };
    }

    /** @return whether it died */
    private boolean dies(int point) throws Exception {
        Follower follower = host.open(dyingAt(point));
        try {
            follower.sync(false, host::apply);
            return false;
        } catch (Death e) {
            return true;
        } finally {
            closeAsTheKernelWould(follower);
        }
    }

    private static void closeAsTheKernelWould(Follower follower) throws Exception {
        try {
            follower.close();
        } catch (Death e) {
            assertThat(follower.status()).isNotNull();
        }
    }

    @Test
    void afterAKillAtAnyPointTheNextSyncAppliesTheNewRevision() throws Exception {
        int point = 1;
        while (true) {
            host.source.commit("n" + point, file("t0", "n" + point));
            boolean died = dies(point);
            String stored = host.status().lastGood().orElseThrow().revision().id();
            assertThat(stored).as("at " + point).isIn("n" + point, point == 1 ? "a1" : "n" + (point - 1));
            assertThat(host.sync()).isInstanceOf(SyncResult.InForce.class);
            assertThat(host.status().lastGood().orElseThrow().revision().id()).isEqualTo("n" + point);
            assertThat(host.tunnels()).containsExactlyInAnyOrder("t0", "n" + point);
            if (!died) {
                break;
            }
            point++;
        }
        // Five steps to write the events before the apply, five to write the new revision.
        assertThat(point - 1).isEqualTo(10);
    }

    @Test
    void afterAKillDuringARejectionTheRevisionIsRejectedAgain() throws Exception {
        host.source.commit("bad", "nonsense");
        for (int point = 1; dies(point); point++) {
            assertThat(host.sync()).isInstanceOf(SyncResult.Rejected.class);
            assertThat(host.status().lastGood().orElseThrow().revision().id()).isEqualTo("a1");
            Files.delete(directory.resolve("source/events.json"));
        }
        assertThat(host.status().events().rejected()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"version\": 2}", "{\"version\": 1}", "{\"version\": 1, \"place\": 7}"})
    void reportsADamagedStateAndStartsFromScratch(String text) throws Exception {
        Files.writeString(directory.resolve("source/good.json"), text);
        Files.writeString(directory.resolve("source/events.json"), text);
        try (Follower follower = host.open(step -> {})) {
            assertThat(follower.notes()).hasSize(2).allSatisfy(note -> assertThat(note)
                    .contains(directory.resolve("source").toString(), "cannot be read")
                    .doesNotContain("Exception", "\n"));
            assertThat(follower.sync(false, host::apply)).isInstanceOf(SyncResult.InForce.class);
        }
        assertThat(host.status().lastGood()).isPresent();
    }

    @Test
    void acceptsNothingIfDescentIsRequiredAndTheStateIsDamaged() throws Exception {
        Path good = directory.resolve("source/good.json");
        Files.writeString(good, "{");
        host.policy = new SourcePolicy(false, true);
        host.source.forcePush("b1", file("t9"));

        assertThat(host.sync()).isInstanceOfSatisfying(SyncResult.Failed.class, failed -> assertThat(failed.message())
                .contains(good.toString(), "unknown which revision the new one must descend from", "remove the file"));
        assertThat(host.tunnels()).containsExactly("t0");
        Files.delete(good);
        assertThat(host.sync()).isInstanceOf(SyncResult.InForce.class);
    }

    @Test
    void changesNothingIfTheStateCannotBeWritten() throws Exception {
        Path events = directory.resolve("source/events.json.new");
        Files.createDirectory(events);
        Files.createFile(events.resolve("in the way"));
        host.source.commit("a2", file("t0", "t1"));

        assertThat(host.sync()).isInstanceOfSatisfying(SyncResult.Failed.class, failed -> assertThat(failed.message())
                .contains("cannot be written to " + directory, "nothing was changed"));
        assertThat(host.tunnels()).containsExactly("t0");
        assertThat(host.status().lastGood().map(good -> good.revision().id())).isEqualTo(Optional.of("a1"));
    }

    @Test
    void theNextSyncStoresWhatAFullDiskDidNot() throws Exception {
        Path fresh = directory.resolve("source/good.json.new");
        host.source.commit("a2", file("t0", "t1"));
        try (Follower follower = host.open(step -> {})) {
            Files.createDirectory(fresh);
            Files.createFile(fresh.resolve("in the way"));
            assertThat(follower.sync(false, host::apply))
                    .isInstanceOfSatisfying(SyncResult.Failed.class, failed -> assertThat(failed.message())
                            .startsWith("hosts/hub.yaml@a2 is in force, but the sync state cannot be written to"));
            Files.delete(fresh.resolve("in the way"));
            assertThat(follower.sync(false, host::apply)).isInstanceOf(SyncResult.InForce.class);
        }
        assertThat(host.source.fetches()).isEqualTo(2);
        assertThat(host.status().lastGood().orElseThrow().revision().id()).isEqualTo("a2");
    }
}
