package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.Decoder;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.plan.Errno;
import java.util.Set;

/**
 * A request for all objects of a kind.
 *
 * @param objects their name in error messages, in the plural
 * @param emptyOn errors that mean that there are no such objects
 */
public record Dump<T>(String objects, Request request, Decoder<T> decoder, Set<Errno> emptyOn) {

    public Dump(String objects, Request request, Decoder<T> decoder) {
        this(objects, request, decoder, Set.of());
    }
}
