package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.Ack;
import java.util.SortedMap;

/**
 * What became of a batch: all of it was done when nothing was refused, else none.
 *
 * @param whole of the batch as such
 * @param refusals of writes in it, by their place from 0 on; one may be refused only because an earlier one was
 */
public record BatchReply(Ack whole, SortedMap<Integer, Ack> refusals) {

    public boolean done() {
        return !whole.refused() && refusals.isEmpty();
    }
}
