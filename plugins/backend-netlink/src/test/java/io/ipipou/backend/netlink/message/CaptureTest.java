package io.ipipou.backend.netlink.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.backend.netlink.CodecProperties;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.GenlFamily;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.Route;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Messages between {@code ip} 6.1 and Linux 6.1 on a little-endian machine, recorded with nlmon, without netlink headers. */
class CaptureTest {

    private static final IpipData T0 = new IpipData(
            3,
            Ipv4.of("203.0.113.1"),
            Ipv4.of("203.0.113.10"),
            64,
            0x10,
            true,
            4,
            1,
            IpipData.TUNNEL_ENCAP_FLAG_CSUM,
            10000,
            20000,
            0);

    /** link.hex has the command. */
    @Test
    void linkToCreate() throws CodecException {
        String bytes = "00000000 00000000 01000000 01000000" // AF_UNSPEC, index 0, IFF_UP of IFF_UP
                + "08000400 c0050000" // IFLA_MTU 1472
                + "08001b00 70690000" // IFLA_GROUP 26992
                + "07000300 74300000" // IFLA_IFNAME t0
                + "70001200 08000100 69706970 64000200" // IFLA_LINKINFO: IFLA_INFO_KIND ipip, IFLA_INFO_DATA:
                + "05000900 04000000" // IFLA_IPTUN_PROTO 4
                + "08000200 cb007101 08000300 cb00710a" // IFLA_IPTUN_LOCAL, _REMOTE
                + "05000a00 01000000 05000500 10000000 05000400 40000000" // _PMTUDISC 1, _TOS 16, _TTL 64
                + "08000100 03000000 08001400 00000000" // _LINK 3, _FWMARK 0
                + "06000f00 01000000 06001000 01000000" // _ENCAP_TYPE 1, _ENCAP_FLAGS 1
                + "06001100 27100000 06001200 4e200000"; // _ENCAP_SPORT 10000, _ENCAP_DPORT 20000

        assertThat(LinkMessage.decode(payload(bytes)))
                .isEqualTo(
                        new LinkMessage(0, 1, 1, "t0", 1472, new Mark("", 26992), "ipip", List.of(), Optional.of(T0)));
    }

    @Test
    void linkFromTheKernel() throws IOException, CodecException {
        // UP, POINTOPOINT, RUNNING, NOARP and LOWER_UP.
        assertThat(LinkMessage.decode(payload(resource("link.hex"))))
                .isEqualTo(new LinkMessage(
                        6, 0x100d1, 0, "t0", 1472, new Mark("ipipou:t0", 26992), "ipip", List.of(), Optional.of(T0)));
    }

    @Test
    void linkCountersFromTheKernel() throws IOException, CodecException {
        LinkStats stats = LinkStats.decode(payload(resource("link.hex")));

        assertThat(stats.name()).isEqualTo("t0");
        assertThat(stats.kind()).isEqualTo("ipip");
        assertThat(stats.counters().sentPackets()).isEqualTo(stats.counters().sendErrors());
    }

    /** ip addr add 172.28.0.0 peer 172.28.0.1 dev t0 */
    @Test
    void addressToAdd() throws CodecException {
        String bytes = "02200000 06000000" // AF_INET, /32, no flags, universe, index 6
                + "08000200 ac1c0000 08000100 ac1c0001"; // IFA_LOCAL, IFA_ADDRESS
        AddressMessage address = new AddressMessage(6, 32, 0, false, Ipv4.of("172.28.0.0"), Ipv4.of("172.28.0.1"), "");

        assertThat(AddressMessage.decode(payload(bytes))).isEqualTo(address);
        assertThat(hex(address)).isEqualTo(compact(bytes));
    }

    @Test
    void addressFromTheKernel() throws CodecException {
        String bytes = "02208000 06000000" // AF_INET, /32, IFA_F_PERMANENT, universe, index 6
                + "08000100 ac1c0001 08000200 ac1c0000 07000300 74300000" // IFA_ADDRESS, IFA_LOCAL, IFA_LABEL t0
                + "08000800 80000000" // IFA_FLAGS
                + "14000600 ffffffff ffffffff a2080000 a2080000"; // IFA_CACHEINFO

        assertThat(AddressMessage.decode(payload(bytes)))
                .isEqualTo(new AddressMessage(6, 32, 0, false, Ipv4.of("172.28.0.0"), Ipv4.of("172.28.0.1"), "t0"));
    }

    /** ip route add 10.20.0.0/16 dev t0 metric 7 proto static */
    @Test
    void routeToAdd() throws CodecException {
        String bytes = "02100000 fe04fd01 00000000" // AF_INET, /16; main, static, link, unicast
                + "08000100 0a140000 08000600 07000000 08000400 06000000"; // RTA_DST, RTA_PRIORITY 7, RTA_OIF 6
        RouteMessage route = new RouteMessage(
                Ipv4Prefix.of("10.20.0.0/16"),
                0,
                Route.TABLE_MAIN,
                4,
                RouteMessage.RT_SCOPE_LINK,
                RouteMessage.RTN_UNICAST,
                6,
                Optional.empty(),
                7);

        assertThat(RouteMessage.decode(payload(bytes))).isEqualTo(route);
        assertThat(hex(route)).isEqualTo(compact(bytes));
    }

    /** ip -6 route del multicast ff00::/8 dev t0 table local */
    @Test
    void ipv6RouteToDelete() {
        assertThat(hex(RouteMessage.ipv6Multicast(6)))
                .isEqualTo(
                        compact(
                                "0a080000 ff000005 00000000" // AF_INET6, /8; local, multicast
                                        + "14000100 ff000000 00000000 00000000 00000000 08000400 06000000")); // RTA_DST, RTA_OIF 6
    }

    @Test
    void routeFromTheKernel() throws CodecException {
        String bytes = "02200000 fe02fd01 00000000 08000f00 fe000000" // proto kernel; RTA_TABLE main
                + "08000100 ac1c0001 08000700 ac1c0000 08000400 06000000"; // RTA_DST, RTA_PREFSRC, RTA_OIF 6

        assertThat(RouteMessage.decode(payload(bytes)))
                .isEqualTo(new RouteMessage(Ipv4Prefix.of("172.28.0.1/32"), 0, 254, 2, 253, 1, 6, Optional.empty(), 0));
    }

    /** ip fou add port 10000 ipproto 4 local 203.0.113.1 dev d0 */
    @Test
    void fouPortToAdd() throws CodecException {
        String bytes = "01010000" // FOU_CMD_ADD, version 1
                + "06000100 27100000 05000400 01000000" // FOU_ATTR_PORT 10000, _TYPE FOU_ENCAP_DIRECT
                + "05000200 02000000 05000300 04000000" // _AF AF_INET, _IPPROTO 4
                + "08000600 cb007101 08000b00 03000000"; // _LOCAL_V4, _IFINDEX 3
        FouMessage port = fou(FouMessage.FOU_CMD_ADD);

        assertThat(FouMessage.decode(payload(bytes))).isEqualTo(port);
        assertThat(hex(port)).isEqualTo(compact(bytes));
    }

    /** The kernel writes a peer of 0.0.0.0 and port 0 explicitly. */
    @Test
    void fouPortFromTheKernel() throws CodecException {
        String bytes = "03010000 05000200 02000000 06000100 27100000 06000a00 00000000" // _PEER_PORT 0
                + "05000300 04000000 05000400 01000000 08000b00 03000000"
                + "08000600 cb007101 08000800 00000000"; // _PEER_V4 0.0.0.0

        assertThat(FouMessage.decode(payload(bytes))).isEqualTo(fou(FouMessage.FOU_CMD_GET));
    }

    @Test
    void familyFromTheKernel() throws CodecException {
        String bytes = "01020000 08000200 666f7500 06000100 20000000" // CTRL_ATTR_FAMILY_NAME fou, _FAMILY_ID 32
                + "08000300 01000000 08000400 00000000 08000500 0b000000" // _VERSION, _HDRSIZE, _MAXATTR
                + "40000600" // _OPS, three of them
                + "14000100 08000100 01000000 08000200 0b000000"
                + "14000200 08000100 02000000 08000200 0b000000"
                + "14000300 08000100 03000000 08000200 0e000000";

        assertThat(GenlFamily.decode(payload(bytes))).isEqualTo(new GenlFamily(32, "fou"));
    }

    /** ip link del dev t0 */
    @Test
    void linkToDelete() {
        assertThat(hex(LinkRequest.delete(6).body())).isEqualTo(compact("00000000 06000000 00000000 00000000"));
    }

    @Test
    void otherLinkRequests() {
        String header = "00000000 00000000 00000000 00000000";
        String index6 = "00000000 06000000 00000000 00000000";
        assertThat(hex(LinkRequest.dump().body()))
                .isEqualTo(compact(header + "08001d00 08000000")); // IFLA_EXT_MASK RTEXT_FILTER_SKIP_STATS
        assertThat(hex(LinkRequest.dumpKind("ipip").body()))
                .isEqualTo(compact(header + "10001280 09000100 69706970 00000000")); // IFLA_LINKINFO: IFLA_INFO_KIND
        assertThat(hex(LinkRequest.get("t0").body()))
                .isEqualTo(compact(header + "07000300 74300000 08001d00 08000000")); // IFLA_IFNAME, IFLA_EXT_MASK
        assertThat(hex(LinkRequest.changeNothing().body())).isEqualTo(compact(header));
        assertThat(hex(LinkRequest.deleteGroup(26992).body()))
                .isEqualTo(compact(header + "08001b00 70690000")); // IFLA_GROUP
        assertThat(hex(LinkRequest.setGroup(6, 26992).body())).isEqualTo(compact(index6 + "08001b00 70690000"));
        assertThat(hex(LinkRequest.setAlias(6, "ab").body()))
                .isEqualTo(compact(index6 + "06001400 61620000")); // IFLA_IFALIAS without a NUL
        assertThat(hex(LinkRequest.setAliasAndAddrGenModeNone(6, "ab").body()))
                .isEqualTo(compact(index6 + "06001400 61620000" // IFLA_AF_SPEC, AF_INET6, IFLA_INET6_ADDR_GEN_MODE
                        + "10001a80 0c000a80 05000800 01000000"));
        assertThat(hex(LinkRequest.setUp(6).body()))
                .isEqualTo(compact("00000000 06000000 01000000 01000000")); // IFF_UP of IFF_UP
    }

    /** Offsets are from the end of the netlink header. */
    @Test
    void nestedAttributesHaveNames() throws CodecException {
        LinkMessage link =
                new LinkMessage(0, 1, 1, "t0", 1472, new Mark("", 26992), "ipip", List.of(), Optional.of(T0));

        assertThat(CodecProperties.path(link, 24)).isEqualTo("IFLA_MTU");
        assertThat(CodecProperties.path(link, 44)).isEqualTo("IFLA_LINKINFO/IFLA_INFO_KIND");
        assertThat(CodecProperties.path(link, 60)).isEqualTo("IFLA_LINKINFO/IFLA_INFO_DATA/IFLA_IPTUN_LINK");
        assertThat(CodecProperties.path(
                        LinkRequest.setAliasAndAddrGenModeNone(6, "ab").body(), 32))
                .isEqualTo("IFLA_AF_SPEC/AF_INET6/IFLA_INET6_ADDR_GEN_MODE");
    }

    private static FouMessage fou(int command) {
        return new FouMessage(
                command,
                AddressMessage.AF_INET,
                10000,
                4,
                FouMessage.FOU_ENCAP_DIRECT,
                Ipv4.of("203.0.113.1"),
                3,
                Ipv4.ANY,
                0);
    }

    private static Payload payload(String hex) {
        return Payload.of(HexFormat.of().parseHex(compact(hex)));
    }

    private static String compact(String hex) {
        return hex.replace(" ", "");
    }

    private static String hex(MessageBody body) {
        MessageWriter writer = new MessageWriter(4096);
        body.encode(writer);
        return HexFormat.of().formatHex(writer.toBytes());
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(CaptureTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.joining());
        }
    }
}
