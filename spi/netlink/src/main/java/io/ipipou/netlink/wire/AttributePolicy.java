package io.ipipou.netlink.wire;

import java.util.ArrayList;
import java.util.List;

/** What the kernel accepts as an attribute's value (enum netlink_policy_type_attr of linux/netlink.h). */
final class AttributePolicy {

    private static final int NL_POLICY_TYPE_ATTR_TYPE = 1;
    private static final int NL_POLICY_TYPE_ATTR_MIN_VALUE_S = 2;
    private static final int NL_POLICY_TYPE_ATTR_MAX_VALUE_S = 3;
    private static final int NL_POLICY_TYPE_ATTR_MIN_VALUE_U = 4;
    private static final int NL_POLICY_TYPE_ATTR_MAX_VALUE_U = 5;
    private static final int NL_POLICY_TYPE_ATTR_MIN_LENGTH = 6;
    private static final int NL_POLICY_TYPE_ATTR_MAX_LENGTH = 7;
    private static final int NL_POLICY_TYPE_ATTR_MASK = 12;

    /** By number, enum netlink_attribute_type. */
    private static final List<String> TYPES = List.of(
            "nothing", "flag", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "binary", "string", "string");

    private AttributePolicy() {}

    /** The type and the limits in words, such as {@code u16, 68 to 65535}; empty for an empty policy. */
    static String describe(Attributes policy) throws CodecException {
        List<String> words = new ArrayList<>();
        int type = policy.u32(NL_POLICY_TYPE_ATTR_TYPE, -1);
        if (type >= 0 && type < TYPES.size()) {
            words.add(TYPES.get(type));
        }
        if (policy.has(NL_POLICY_TYPE_ATTR_MIN_VALUE_U)) {
            words.add(Long.toUnsignedString(policy.u64(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, 0)) + " to "
                    + Long.toUnsignedString(policy.u64(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, -1)));
        }
        if (policy.has(NL_POLICY_TYPE_ATTR_MIN_VALUE_S)) {
            words.add(policy.u64(NL_POLICY_TYPE_ATTR_MIN_VALUE_S, 0) + " to "
                    + policy.u64(NL_POLICY_TYPE_ATTR_MAX_VALUE_S, Long.MAX_VALUE));
        }
        if (policy.has(NL_POLICY_TYPE_ATTR_MASK)) {
            words.add("bits 0x" + Long.toHexString(policy.u64(NL_POLICY_TYPE_ATTR_MASK, 0)));
        }
        if (policy.has(NL_POLICY_TYPE_ATTR_MIN_LENGTH)) {
            words.add("at least " + policy.u32(NL_POLICY_TYPE_ATTR_MIN_LENGTH, 0) + " bytes");
        }
        if (policy.has(NL_POLICY_TYPE_ATTR_MAX_LENGTH)) {
            words.add("at most " + policy.u32(NL_POLICY_TYPE_ATTR_MAX_LENGTH, 0) + " bytes");
        }
        return String.join(", ", words);
    }
}
