package io.ipipou.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkCounterReaderTest {

    private static final LinkName IPIPOU0 = new LinkName("ipipou0");

    /** Of Linux 6.1. */
    private static final List<String> LINES = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:    1234      12    0    0    0     0          0         0     1234      12    0    0    0     0       0          0
            ipipou0: 18446744073709551615 7 1 2 0     0          0         0     5000      50    3    4    0     0       0          0
            ipipou1:     100       1    0    0    0     0          0         0      200       2    0    0    0     0       0          0
            """.lines().toList();

    @Test
    void theCountersOfTheseLinksAreRead() {
        assertThat(LinkCounterReader.parse(LINES, Set.of(IPIPOU0, new LinkName("ipipou9"))))
                .isEqualTo(Map.of(IPIPOU0, new LinkCounters(7, -1, 1, 2, 50, 5000, 3, 4)));
    }

    @Test
    void thisHostsCanBeRead() throws Exception {
        LinkName lo = new LinkName("lo");
        assertThat(LinkCounterReader.KERNEL.read(Set.of(lo))).containsOnlyKeys(lo);
    }
}
