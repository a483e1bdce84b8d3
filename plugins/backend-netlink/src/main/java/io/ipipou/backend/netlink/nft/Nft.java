package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.netlink.wire.Request;

/** Message types of nftables in the netlink header, and what all messages for the family {@code ip} have in common. */
final class Nft {

    static final int NEWTABLE = type(0);
    static final int GETTABLE = type(1);
    static final int DELTABLE = type(2);
    static final int NEWCHAIN = type(3);
    static final int GETCHAIN = type(4);
    static final int DELCHAIN = type(5);
    static final int NEWRULE = type(6);
    static final int GETRULE = type(7);
    static final int DELRULE = type(8);
    static final int NEWSET = type(9);
    static final int GETSET = type(10);
    static final int DELSET = type(11);
    static final int NEWSETELEM = type(12);
    static final int GETSETELEM = type(13);
    static final int DELSETELEM = type(14);
    static final int GETGEN = type(16);
    static final int GETOBJ = type(19);
    static final int DELOBJ = type(20);
    static final int GETFLOWTABLE = type(23);
    static final int DELFLOWTABLE = type(24);

    /** The table's name, with the same number in the messages of all objects. */
    static final int TABLE = 1;

    private static final int NFPROTO_IPV4 = 2;
    private static final int NFPROTO_UNSPEC = 0;

    private static final int NFTA_GEN_ID = 1;

    /** The request for the generation, a number that every change of any table increments. */
    static final Request GENERATION = Request.get(GETGEN, writer -> Nfnl.encodeHeader(writer, NFPROTO_UNSPEC, 0));

    private Nft() {}

    private static int type(int message) {
        return Nfnl.type(Nfnl.NFNL_SUBSYS_NFTABLES, message);
    }

    static void header(MessageWriter writer) {
        Nfnl.encodeHeader(writer, NFPROTO_IPV4, 0);
    }

    /** The body of a request that names only a table. */
    static MessageBody in(String table) {
        return writer -> {
            header(writer);
            writer.string(TABLE, table);
        };
    }

    static int generation(Payload answer) throws CodecException {
        return answer.attributes(Nfnl.HEADER_LENGTH).u32be(NFTA_GEN_ID, 0);
    }
}
