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

    private QueueTable table;

    @BeforeEach
    void write() throws IOException {
        table = new QueueTable(Files.writeString(directory.resolve("nfnetlink_queue"), LINES));
    }

    @Test
    void findsTheHolderByNumber() {
        assertThat(table.row(0)).map(QueueTable.Row::port).contains(-2147483L);
        assertThat(table.row(65535)).map(QueueTable.Row::port).contains(2L);
        assertThat(table.row(1)).isEmpty();
    }

    @Test
    void countsWaitingAndDroppedPackets() {
        assertThat(table.row(0)).contains(new QueueTable.Row(-2147483L, 4096, 7));
    }

    @Test
    void isReadEachTime() throws IOException {
        Files.writeString(table.path(), "    1      2     0 2 65531     0     0        4  1\n");
        assertThat(table.row(0)).isEmpty();
        assertThat(table.row(1)).isPresent();
    }

    @Test
    void isEmptyIfItCannotBeRead() throws IOException {
        assertThat(new QueueTable(directory.resolve("absent")).row(0)).isEmpty();
        Files.writeString(table.path(), "0 nonsense 0 2 65531 0 0 4 1\n0\n\n0 12345678901 0\n");
        assertThat(table.row(0)).isEmpty();
    }

    @Test
    void aQueueInUseIsReportedWithItsHolder() {
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

    @Test
    void otherRefusalsAreReportedWithTheKernelsErrno() {
        BackendException failure = table.refusal(1, new Ack(1, ""));
        assertThat(failure).hasMessage("binding to NFQUEUE number 1: Operation not permitted (EPERM)");
        assertThat(failure.isPermissionDenied()).isTrue();
        assertThat(table.refusal(7, new Ack(95, "")))
                .hasMessage("binding to NFQUEUE number 7: Operation not supported (EOPNOTSUPP)");
    }
}
