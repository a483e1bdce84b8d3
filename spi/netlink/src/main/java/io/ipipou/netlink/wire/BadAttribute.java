package io.ipipou.netlink.wire;

import java.util.Optional;

/**
 * The attribute of a request that the kernel refused, or that the request lacks, from an extended ack.
 *
 * @param path names from the outermost attribute inwards, such as {@code IFLA_LINKINFO/IFLA_INFO_KIND}; empty if unknown
 * @param offset bytes from the start of the request's header (NLMSGERR_ATTR_OFFS); for a missing attribute, of the
 *     attribute that should contain it (NLMSGERR_ATTR_MISS_NEST), or 0 for the message itself
 * @param missing whether the request lacks it (NLMSGERR_ATTR_MISS_TYPE)
 * @param accepted the values that the kernel accepts (NLMSGERR_ATTR_POLICY), in words; empty if unknown
 */
public record BadAttribute(String path, int offset, boolean missing, String accepted) {

    private static final int NLMSGERR_ATTR_OFFS = 2;
    private static final int NLMSGERR_ATTR_POLICY = 4;
    private static final int NLMSGERR_ATTR_MISS_TYPE = 5;
    private static final int NLMSGERR_ATTR_MISS_NEST = 6;

    /** @param request the request that the ack answers */
    static Optional<BadAttribute> decode(Attributes ack, Request request) throws CodecException {
        if (ack.has(NLMSGERR_ATTR_MISS_TYPE)) {
            int nest = ack.u32(NLMSGERR_ATTR_MISS_NEST, 0);
            String path = request.pathTo(nest, ack.u32(NLMSGERR_ATTR_MISS_TYPE, 0));
            return Optional.of(new BadAttribute(path, nest, true, ""));
        }
        if (ack.has(NLMSGERR_ATTR_OFFS)) {
            int offset = ack.u32(NLMSGERR_ATTR_OFFS, 0);
            String accepted = AttributePolicy.describe(ack.nested(NLMSGERR_ATTR_POLICY));
            return Optional.of(new BadAttribute(request.pathTo(offset), offset, false, accepted));
        }
        return Optional.empty();
    }

    /** For an operator, to follow the kernel's words. */
    @Override
    public String toString() {
        if (missing) {
            return "attribute " + path + " is missing";
        }
        return "attribute " + (path.isEmpty() ? "" : path + " ") + "at offset " + offset
                + (accepted.isEmpty() ? "" : " (accepted: " + accepted + ")");
    }
}
