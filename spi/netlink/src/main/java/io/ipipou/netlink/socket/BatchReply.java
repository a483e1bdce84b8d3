package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.Ack;
import java.util.SortedMap;

/**
 * The kernel's reply to a batch, which is carried out entirely or not at all.
 *
 * @param whole for the batch as a whole
 * @param refusals of single writes, by their index from 0; one may only follow from an earlier one
 */
public record BatchReply(Ack whole, SortedMap<Integer, Ack> refusals) {

    public boolean done() {
        return !whole.refused() && refusals.isEmpty();
    }
}
