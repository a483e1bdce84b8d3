package io.ipipou.netlink.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixDatagramTest {

    @TempDir
    Path directory;

    private static String receivedAt(String path, String message) throws ErrnoException {
        int fd = Libc.socket(UnixDatagram.AF_UNIX, UnixDatagram.SOCK_DGRAM | UnixDatagram.SOCK_CLOEXEC, 0);
        try {
            Libc.bind(fd, UnixDatagram.address(path));
            UnixDatagram.send(path, message);
            ByteBuffer buffer = Libc.struct(1024);
            byte[] received = new byte[Libc.recv(fd, buffer, 0)];
            buffer.get(0, received);
            return new String(received, StandardCharsets.UTF_8);
        } finally {
            Libc.close(fd);
        }
    }

    @Test
    void sendsToAPathAndToTheAbstractNamespace() throws ErrnoException {
        assertThat(receivedAt(directory.resolve("s").toString(), "READY=1\nSTATUS=prêt"))
                .isEqualTo("READY=1\nSTATUS=prêt");
        assertThat(receivedAt("@ipipou-test-" + UUID.randomUUID(), "WATCHDOG=1"))
                .isEqualTo("WATCHDOG=1");
    }

    @Test
    void failsWithoutAListenerOrWithAnInvalidPath() {
        assertThatThrownBy(() -> UnixDatagram.send(directory.resolve("s").toString(), "x"))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("sendto");
        assertThatThrownBy(() -> UnixDatagram.send("/" + "x".repeat(107), "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UnixDatagram.send("", "x")).isInstanceOf(IllegalArgumentException.class);
    }
}
