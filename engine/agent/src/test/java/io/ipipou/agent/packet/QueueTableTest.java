package io.ipipou.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueTableTest {

    /** From Linux 6.1; the holder of queue 7 is this process. */
    private static final String LINES = """
                0 -2147483  4096 2 65531     3     4       12  1
                7 %6d     0 2 65531     0     0        4  1
            65535      2     0 2 65531 4294967295 4294967295 4294967295  1
            """.formatted(ProcessHandle.current().pid());

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(directory.resolve("nfnetlink_queue"), LINES);
    }

    @Test
    void findsQueuesByNumber() {
        try (QueueTable table = QueueTable.open(file.toString())) {
            assertThat(table.find(0)).contains(new QueueTable.Row(0, -2147483, 3, 4));
            assertThat(table.find(65535)).contains(new QueueTable.Row(65535, 2, 0xffffffffL, 0xffffffffL));
            assertThat(table.find(1)).isEmpty();
        }
    }

    @Test
    void isReadEachTime() throws IOException {
        try (QueueTable table = QueueTable.open(file.toString())) {
            Files.writeString(file, "    1      2     0 2 65531     0     0        4  1\n");
            assertThat(table.find(0)).isEmpty();
            assertThat(table.find(1)).isPresent();
        }
    }

    @Test
    void isEmptyIfItCannotBeRead() throws IOException {
        try (QueueTable table = QueueTable.open(directory.resolve("absent").toString())) {
            assertThat(table.find(0)).isEmpty();
        }
        try (QueueTable table = QueueTable.open(file.toString())) {
            Files.writeString(file, "0 nonsense 0 2 65531 0 0 4 1\n0\n\n0 1 2 3 4 5 99999999999 7 8\n");
            assertThat(table.find(0)).isEmpty();
            table.close();
            assertThat(table.find(0)).isEmpty();
        }
    }

    @Test
    void aQueueInUseIsReportedWithItsHolder() {
        try (QueueTable table = QueueTable.open(file.toString())) {
            String self = ProcessHandle.current().info().command().orElseThrow();
            assertThat(table.refusal(7, new Ack(1, "")))
                    .hasMessage(
                            "binding to NFQUEUE number 7, which process %d (%s) uses: stop that program, or set"
                                    + " settings.queue to another number: Device or resource busy (EBUSY)",
                            ProcessHandle.current().pid(), self)
                    .matches(failure -> !failure.isPermissionDenied());
            assertThat(table.refusal(0, new Ack(16, "")))
                    .hasMessageContaining("which another program (netlink port -2147483) uses");
        }
    }

    @Test
    void otherRefusalsAreReportedWithTheKernelsErrno() {
        try (QueueTable table = QueueTable.open(file.toString())) {
            BackendException failure = table.refusal(1, new Ack(1, ""));
            assertThat(failure).hasMessage("binding to NFQUEUE number 1: Operation not permitted (EPERM)");
            assertThat(failure.isPermissionDenied()).isTrue();
            assertThat(table.refusal(7, new Ack(95, "")))
                    .hasMessage("binding to NFQUEUE number 7: Operation not supported (EOPNOTSUPP)");
        }
    }
}
