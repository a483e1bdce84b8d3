package io.ipipou.core.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.testkit.FakeKernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A saved plan, and what can change before it is applied. */
class SavedPlanTest {

    private static final String FILE = """
            apiVersion: ipipou/v1
            defaults: {mode: server, local: {device: eth0, port: 10000}}
            auth: {laptop: {scheme: token, token: Labrador}, office: {scheme: address, ip: 198.51.100.2}}
            peers: {laptop: {auth: laptop}, office: {auth: office}, p0: {endpoint: "198.18.0.1:10000"}}
            tunnels:
              t0: {peer: p0, inner: {address: 172.28.0.0}, routes: [10.20.0.0/16]}
              t1: {peer: laptop, inner: {address: 172.28.0.2}}
              t2: {peer: office, inner: {address: 172.28.0.4}}
            """;

    @TempDir
    private Path directory;

    private final FakeKernel kernel = FakeKernel.withDevice(new LinkName("eth0"), Ipv4.of("203.0.113.1"), 24);

    private Plan plan(String yaml) throws Exception {
        Config config = new ConfigReader(Schemes.PLUGINS)
                .read(new Source("t.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of(".")))
                .config();
        return new Reconciler(config, Schemes.ALL, kernel.backend(), Map::of, EndpointLookup.KERNEL).plan();
    }

    private SavedPlan saved() throws Exception {
        Path file = directory.resolve("plan");
        SavedPlan.of(plan(FILE), "/etc/t.yaml", "netlink").write(file);
        return SavedPlan.read(file);
    }

    @Test
    void isReadAsWrittenWithoutSecretsAndByItsOwnerOnly() throws Exception {
        SavedPlan saved = saved();
        assertThat(saved).isEqualTo(SavedPlan.of(plan(FILE), "/etc/t.yaml", "netlink"));
        Path file = directory.resolve("plan");
        assertThat(SavedPlan.isSavedPlan(file)).isTrue();
        assertThat(Files.readString(file)).doesNotContain("Labrador");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void acceptsTheSamePlanAlsoAfterAChangedComment() throws Exception {
        SavedPlan saved = saved();
        saved.check(plan(FILE));
        saved.check(plan("# A comment.\n" + FILE));
    }

    @Test
    void listsTheDifferences() throws Exception {
        SavedPlan saved = saved();
        Plan changed = plan(FILE.replace("10.20.0.0/16", "10.21.0.0/16").replace("198.18.0.1", "198.18.0.2"));
        assertThatThrownBy(() -> saved.check(changed))
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("the host or /etc/t.yaml has changed since the plan was saved")
                .hasMessageContaining("route.10.20.0.0/16: in the saved plan, but no longer needs a change")
                .hasMessageContaining("route.10.21.0.0/16: not in the saved plan, but would change now")
                .hasMessageContaining("tunnel.t0: the change is different now");
    }

    @Test
    void rejectsAHostThatChanged() throws Exception {
        SavedPlan saved = saved();
        kernel.fouAdd(FouListener.onPort(10000));
        Plan changed = plan(FILE);
        assertThatThrownBy(() -> saved.check(changed)).hasMessageContaining("listener.0.0.0.0:10000");
    }

    @Test
    void rejectsAPlanOfAnotherHostOrBoot() throws Exception {
        SavedPlan saved = saved();
        SavedPlan elsewhere =
                new SavedPlan("another boot", saved.file(), saved.backend(), saved.changes(), saved.writes());
        Plan same = plan(FILE);
        assertThatThrownBy(() -> elsewhere.check(same)).hasMessageContaining("on another host");
    }

    @Test
    void doesNotReadOrOverwriteAFileThatIsNoPlan() throws Exception {
        Path yaml = Files.writeString(directory.resolve("t.yaml"), FILE);
        assertThat(SavedPlan.isSavedPlan(yaml)).isFalse();
        assertThat(SavedPlan.isSavedPlan(directory.resolve("missing"))).isFalse();
        assertThat(SavedPlan.isSavedPlan(directory)).isFalse();
        SavedPlan saved = saved();
        assertThatThrownBy(() -> saved.write(yaml))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a saved plan");
        assertThat(yaml).hasContent(FILE);
        saved.write(directory.resolve("plan"));
        Path broken = Files.writeString(directory.resolve("broken"), "{\"ipipou-plan\":1,\"plan\":{}}");
        assertThat(SavedPlan.isSavedPlan(broken)).isTrue();
        assertThatThrownBy(() -> SavedPlan.read(broken)).isInstanceOf(IOException.class);
        Path later = Files.writeString(directory.resolve("later"), "{\"ipipou-plan\":9}");
        assertThatThrownBy(() -> SavedPlan.read(later)).hasMessageContaining("format 9");
    }
}
