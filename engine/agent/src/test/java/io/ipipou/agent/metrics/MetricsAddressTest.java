package io.ipipou.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsAddressTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9786", "127.9.9.9:1", "/run/ipipou/metrics.sock"})
    void printsWhatItParses(String text) {
        assertThat(MetricsAddress.parse(text)).hasToString(text);
    }

    @Test
    void localhostIsNotResolved() {
        assertThat(MetricsAddress.parse("localhost:9786")).hasToString("127.0.0.1:9786");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:9786", "192.0.2.1:9786", "128.0.0.1:9786"})
    void rejectsAnAddressThatOtherHostsReach(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricsAddress.parse(text))
                .withMessageContaining("other hosts could connect")
                .withMessageContaining("127.0.0.1:9786");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "9786", ":9786", "127.0.0.1", "127.0.0.1:65536", "127.1:9786", "example.net:9786", "[::1]:1"
            })
    void rejectsAnythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricsAddress.parse(text))
                .withMessageContaining("not an address for metrics");
    }

    @Test
    void reportsAPortInUse() throws IOException {
        try (ServerSocketChannel taken = MetricsAddress.parse("127.0.0.1:0").bind()) {
            int port = ((InetSocketAddress) taken.getLocalAddress()).getPort();
            assertThatIOException()
                    .isThrownBy(() -> MetricsAddress.parse("127.0.0.1:" + port).bind())
                    .withMessageContaining("cannot serve metrics at 127.0.0.1:" + port);
        }
    }

    @Test
    void aSocketFileIsForItsOwnerAndGroupAndReplacesOnlyAStaleOne() throws IOException {
        Path path = directory.resolve("metrics.sock");
        MetricsAddress address = MetricsAddress.parse(path.toString());
        try (ServerSocketChannel server = address.bind()) {
            assertThat(server.isOpen()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-rw----");
            assertThatIOException().isThrownBy(address::bind).withMessageContaining("another program is listening");
        }
        address.bind().close();
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactly(path);
        }
        address.removeSocket();
        assertThat(path).doesNotExist();
    }

    @Test
    void replacesNoOtherFile() throws IOException {
        Path file = Files.writeString(directory.resolve("precious"), "x");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        for (Path path : new Path[] {file, link}) {
            assertThatIOException()
                    .isThrownBy(() -> MetricsAddress.parse(path.toString()).bind())
                    .withMessageContaining("is not a socket");
        }
        assertThat(file).hasContent("x");
    }
}
