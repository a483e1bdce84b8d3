package io.ipipou.netlink.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Acks of Linux 6.1 and 6.18 on a little-endian machine, recorded. */
class AckTest {

    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_DATA = 2;

    private static final AttributeNames LINK = AttributeNames.ofMessage(16, "IFLA_", "IFNAME 3, LINKINFO 18")
            .inside(
                    IFLA_LINKINFO,
                    AttributeNames.ofNested("IFLA_INFO_", "KIND 1, DATA 2")
                            .inside(IFLA_INFO_DATA, AttributeNames.ofNested("IFLA_IPTUN_", "LINK 1")));

    /** struct ifinfomsg, IFLA_IFNAME t9 at offset 32, IFLA_LINKINFO at 40, in it IFLA_INFO_DATA at 44 with 1 and 7. */
    private static final MessageBody BODY = LINK.of(writer -> {
        writer.u32(0).u32(0).u32(0).u32(0);
        writer.string(IFLA_IFNAME, "t9");
        writer.nested(
                IFLA_LINKINFO,
                info -> info.nested(IFLA_INFO_DATA, data -> {
                    data.u32(1, 0);
                    data.u8(7, 0);
                }));
    });

    private static final Request NEWLINK = Request.write(16, 0, BODY);

    /** To an RTM_DELLINK, which only repeats its header. */
    @Example
    void success() throws CodecException {
        assertThat(ack("24000000 02000001 410b036b 94000000 00000000 20000000 11000500 410b036b 00000000"))
                .isEqualTo(Ack.OK);
    }

    /** ip link add name t9 type nosuchkind: the ack repeats the whole request, and has a message. */
    @Example
    void refusalWithMessage() throws CodecException {
        assertThat(ack("68000000 02000002 400b036b 92000000"
                        + "a1ffffff 3c000000 10000506 400b036b 00000000" // EOPNOTSUPP, the request's header
                        + "00000000 00000000 00000000 00000000 07000300 74390000"
                        + "14001200 0e000100 6e6f7375 63686b69 6e640000"
                        + "18000100 556e6b6e 6f776e20 64657669 63652074 79706500")) // NLMSGERR_ATTR_MSG
                .isEqualTo(new Ack(95, "Unknown device type"));
    }

    /** ip fou add port 10000, which is in use. */
    @Example
    void refusalWithoutMessage() throws CodecException {
        Ack ack = ack("48000000 02000000 410b036b 90000000 9effffff 34000000 20000500 410b036b 00000000"
                + "01010000 06000100 27100000 05000400 01000000 05000200 02000000 05000300 04000000");

        assertThat(ack).isEqualTo(new Ack(98, ""));
        assertThat(ack.is(Errno.EADDRINUSE)).isTrue();
        assertThat(ack.refusal()).hasToString("Address already in use (EADDRINUSE)");
    }

    /** An RTM_GETLINK with an IFLA_IFNAME of 40 bytes. */
    @Example
    void refusedAttributeWithItsLongestLength() throws CodecException {
        Ack ack = Ack.decode(
                message("68000000 02000003 07000000 3e310000 deffffff 4c000000 12000500 07000000 00000000"
                        + "27000100 41747472 69627574 65206661 696c6564 20706f6c 69637920 76616c69 64617469 6f6e0000"
                        + "08000200 20000000" // NLMSGERR_ATTR_OFFS 32
                        + "14000480 08000700 0f000000 08000100 0b000000"), // _POLICY: MAX_LENGTH 15,
                // NL_ATTR_TYPE_STRING
                NEWLINK);

        assertThat(ack.attribute()).contains(new BadAttribute("IFLA_IFNAME", 32, false, "string, at most 15 bytes"));
        assertThat(ack.refusal())
                .isEqualTo(new Refusal(
                        Errno.ERANGE,
                        "Attribute failed policy validation: attribute IFLA_IFNAME at offset 32"
                                + " (accepted: string, at most 15 bytes)"));
    }

    /** A NETDEV_CMD_DEV_GET with an interface index of 0. */
    @Example
    void refusedAttributeWithItsRange() throws CodecException {
        String hex = "6c000000 02000003 07000000 dd360000 deffffff 1c000000 14000500 07000000 00000000"
                + "19000100 696e7465 67657220 6f757420 6f662072 616e6765 00000000" // integer out of range
                + "08000200 14000000" // NLMSGERR_ATTR_OFFS 20
                + "24000480 0c000400 01000000 00000000 0c000500 ffffffff 00000000 08000100 04000000"; // 1..2^32-1, u32
        Request get = Request.get(
                20, AttributeNames.ofMessage(4, "NETDEV_A_DEV_", "IFINDEX 1").of(writer -> writer.u32(0x101)
                        .u32(1, 0)));

        assertThat(Ack.decode(message(hex), get).refusal())
                .hasToString("integer out of range: attribute NETDEV_A_DEV_IFINDEX at offset 20"
                        + " (accepted: u32, 1 to 4294967295) (ERANGE)");
        assertThat(ack(hex).refusal())
                .hasToString(
                        "integer out of range: attribute at offset 20" + " (accepted: u32, 1 to 4294967295) (ERANGE)");
    }

    /** A NETDEV_CMD_DEV_GET without an interface index. */
    @Example
    void missingAttribute() throws CodecException {
        String hex = "2c000000 02000003 07000000 dd360000 eaffffff 14000000 14000500 07000000 00000000"
                + "08000500 01000000"; // NLMSGERR_ATTR_MISS_TYPE 1
        Request get = Request.get(
                20, AttributeNames.ofMessage(4, "NETDEV_A_DEV_", "IFINDEX 1").of(writer -> writer.u32(0x101)));

        assertThat(Ack.decode(message(hex), get).attribute())
                .contains(new BadAttribute("NETDEV_A_DEV_IFINDEX", 0, true, ""));
        assertThat(Ack.decode(message(hex), get).refusal())
                .hasToString("Invalid argument: attribute NETDEV_A_DEV_IFINDEX is missing (EINVAL)");
        assertThat(ack(hex).refusal()).hasToString("Invalid argument: attribute 1 is missing (EINVAL)");
    }

    /** Not recorded: no kernel object of ours reports it. */
    @Example
    void missingNestedAttribute() throws CodecException {
        Ack ack = Ack.decode(
                message("34000000 02000003 07000000 dd360000 eaffffff 14000000 14000500 07000000 00000000"
                        + "08000500 01000000 08000600 28000000"), // NLMSGERR_ATTR_MISS_TYPE 1, _MISS_NEST 40
                NEWLINK);

        assertThat(ack.refusal())
                .hasToString("Invalid argument: attribute IFLA_LINKINFO/IFLA_INFO_KIND is missing (EINVAL)");
    }

    @Example
    void pathsNameEveryLevel() throws CodecException {
        assertThat(NEWLINK.pathTo(32)).isEqualTo("IFLA_IFNAME");
        assertThat(NEWLINK.pathTo(40)).isEqualTo("IFLA_LINKINFO");
        assertThat(NEWLINK.pathTo(44)).isEqualTo("IFLA_LINKINFO/IFLA_INFO_DATA");
        assertThat(NEWLINK.pathTo(48)).isEqualTo("IFLA_LINKINFO/IFLA_INFO_DATA/IFLA_IPTUN_LINK");
        assertThat(NEWLINK.pathTo(56)).isEqualTo("IFLA_LINKINFO/IFLA_INFO_DATA/7");
        assertThat(NEWLINK.pathTo(64)).isEmpty();
        assertThat(NEWLINK.pathTo(0)).isEmpty();
        assertThat(NEWLINK.pathTo(-1)).isEmpty();
        assertThat(NEWLINK.pathTo(44, 9)).isEqualTo("IFLA_LINKINFO/IFLA_INFO_DATA/9");
        assertThat(NEWLINK.pathTo(64, 9)).isEqualTo("9");
    }

    @Example
    void pathsNumberAttributesOfOneType() throws CodecException {
        AttributeNames names =
                AttributeNames.ofMessage(4, "", "LIST 1").inside(1, AttributeNames.ofNested("", "ELEMENT 1, OTHER 2"));
        Request request = Request.write(1, 0, names.of(writer -> writer.u32(0).nested(1, list -> {
            list.u32(1, 0);
            list.u32(2, 0);
            list.u32(1, 0);
        })));

        assertThat(request.pathTo(24)).isEqualTo("LIST/ELEMENT#1");
        assertThat(request.pathTo(32)).isEqualTo("LIST/OTHER");
        assertThat(request.pathTo(40)).isEqualTo("LIST/ELEMENT#2");
    }

    @Property
    void pathsExistForAnyOffset(@ForAll int offset) throws CodecException {
        assertThat(NEWLINK.pathTo(offset)).doesNotContain("null");
    }

    @Example
    void policiesOfOtherTypes() throws CodecException {
        assertThat(policy("08000100 07000000 0c000200 fbffffff ffffffff 0c000300 05000000 00000000"))
                .isEqualTo("s16, -5 to 5");
        assertThat(policy("08000100 04000000 0c000c00 07000000 00000000")).isEqualTo("u32, bits 0x7");
        assertThat(policy("08000100 0a000000 08000600 04000000 08000700 10000000"))
                .isEqualTo("binary, at least 4 bytes, at most 16 bytes");
        assertThat(policy("08000100 05000000 0c000400 00000000 00000000 0c000500 ffffffff ffffffff"))
                .isEqualTo("u64, 0 to 18446744073709551615");
        assertThat(policy("08000100 63000000")).isEmpty();
        assertThat(policy("")).isEmpty();
    }

    @Example
    void endOfADump() throws CodecException {
        assertThat(ack("14000000 03000200 07000000 00000000 00000000")).isEqualTo(Ack.OK);
        assertThat(ack("10000000 03000200 07000000 00000000")).isEqualTo(Ack.OK);
        assertThat(ack("20000000 03000202 07000000 00000000 eaffffff 0b000100 6e6f2077 6f770000"))
                .isEqualTo(new Ack(22, "no wow"));
    }

    @Example
    void requestThatIsLongerThanTheAckIsAnError() {
        assertThatThrownBy(
                        () -> ack("24000000 02000002 410b036b 94000000 00000000 80000000 11000500 410b036b 00000000"))
                .isInstanceOf(CodecException.class)
                .hasMessage("ack of a request of 128 bytes");
    }

    @Example
    void unknownErrnoIsANumber() {
        assertThat(new Ack(4242, "").refusal()).hasToString("error number 4242");
    }

    @Property(tries = 2000)
    void randomDatagramsAreDecodedOrRejected(@ForAll byte[] bytes) {
        try {
            for (NetlinkMessage message : NetlinkMessage.split(buffer(bytes), bytes.length)) {
                assertThat(Ack.decode(message, NEWLINK)).isNotNull();
            }
        } catch (CodecException rejected) {
            assertThat(rejected).hasMessageNotContaining("null");
        }
    }

    private static String policy(String hex) throws CodecException {
        return AttributePolicy.describe(Payload.of(bytes(hex)).attributes(0));
    }

    private static Ack ack(String hex) throws CodecException {
        return Ack.decode(message(hex));
    }

    private static NetlinkMessage message(String hex) throws CodecException {
        byte[] bytes = bytes(hex);
        return NetlinkMessage.split(buffer(bytes), bytes.length).get(0);
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
