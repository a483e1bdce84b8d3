package io.ipipou.cli.doctor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The kernel's counters of IPv4 (RFC 4293), in {@code /proc/net/snmp}. */
record IpCounters(Map<String, Long> values) {

    static IpCounters read(KernelFiles files) {
        List<String[]> rows = files.lines("proc/thread-self/net/snmp").stream()
                .filter(line -> line.startsWith("Ip: "))
                .map(line -> line.split(" "))
                .toList();
        Map<String, Long> values = new HashMap<>();
        if (rows.size() == 2) {
            for (int i = 1; i < Math.min(rows.get(0).length, rows.get(1).length); i++) {
                values.put(rows.get(0)[i], Long.valueOf(rows.get(1)[i]));
            }
        }
        return new IpCounters(values);
    }

    /** 0 if the kernel does not have the counter. */
    long received(String name) {
        return values.getOrDefault(name, 0L);
    }
}
