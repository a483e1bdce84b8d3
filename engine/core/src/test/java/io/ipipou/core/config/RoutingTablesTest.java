package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutingTablesTest {

    @TempDir
    private Path directory;

    private Path vendor;
    private Path administrator;

    @BeforeEach
    void write() throws Exception {
        vendor = Files.createDirectory(directory.resolve("usr"));
        administrator = Files.createDirectory(directory.resolve("etc"));
        Files.writeString(vendor.resolve("rt_tables"), """
                # reserved values
                255\tlocal
                254\tmain
                0\tunspec
                #1\tinr.ruhep
                100 overridden
                200 vendor # with a comment
                """);
        Files.createDirectory(administrator.resolve("rt_tables.d"));
        Files.writeString(administrator.resolve("rt_tables"), "101 overridden\n0x1F hex\n010 ten\nnonsense\n");
        Files.writeString(administrator.resolve("rt_tables.d/vpn.conf"), "4294967295 last\n4294967296 beyond\n");
        Files.writeString(administrator.resolve("rt_tables.d/vpn.bak"), "7 backup\n");
    }

    private int table(String name) throws InvalidValue {
        return new RoutingTables(List.of(vendor, administrator, directory.resolve("missing"))).number(name);
    }

    @Test
    void namesAreReadAsIproute2ReadsThem() throws Exception {
        assertThat(table("local")).isEqualTo(255);
        assertThat(table("vendor")).isEqualTo(200);
        assertThat(table("overridden")).isEqualTo(101);
        assertThat(table("hex")).isEqualTo(31);
        assertThat(table("ten")).isEqualTo(10);
        assertThat(table("last")).isEqualTo(-1);
        for (String name : List.of("unspec", "inr.ruhep", "beyond", "backup", "nonsense")) {
            assertThatThrownBy(() -> table(name)).isInstanceOf(InvalidValue.class);
        }
    }

    @Test
    void theKernelsTablesHaveNamesWithoutFiles() throws Exception {
        RoutingTables none = new RoutingTables(List.of(directory.resolve("missing")));
        assertThat(none.number("default")).isEqualTo(253);
        assertThat(none.number("main")).isEqualTo(254);
    }

    @Test
    void aRouteIsReadWithTheTableOfItsName() throws Exception {
        ConfigReader reader =
                new ConfigReader(BuiltIns.PLUGINS, name -> Optional.empty(), List.of(vendor, administrator));
        String file = """
                apiVersion: ipipou/v1
                peers: {p: {endpoint: "198.51.100.9:1"}}
                tunnels:
                  t:
                    mode: static
                    peer: p
                    local: {device: eth0, port: 1}
                    inner: {address: 10.0.0.1}
                    routes: [{to: 10.1.0.0/16, table: hex, metric: 4294967295}, {to: 10.1.0.0/16, table: venodr}]
                """;
        assertThatThrownBy(() -> read(reader, file)).hasMessageContaining("did you mean vendor?");
        assertThat(read(reader, file.replace("venodr", "vendor"))
                        .config()
                        .tunnels()
                        .get(0)
                        .routes())
                .extracting(route -> route.to() + " " + route.metric() + " " + route.table())
                .containsExactly("10.1.0.0/16 -1 31", "10.1.0.0/16 0 200");
    }

    private static LoadedConfig read(ConfigReader reader, String file) throws ConfigException {
        return reader.read(new Source("t.yaml", file.getBytes(StandardCharsets.UTF_8), Path.of(".")));
    }
}
