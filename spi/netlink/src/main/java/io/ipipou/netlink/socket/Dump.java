package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.Decoder;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.plan.Errno;
import java.util.Set;

/**
 * A request for all objects of a kind.
 *
 * @param what the objects, in error messages
 * @param none refusals that mean that there are no such objects
 */
public record Dump<T>(String what, Request request, Decoder<T> decoder, Set<Errno> none) {

    public Dump(String what, Request request, Decoder<T> decoder) {
        this(what, request, decoder, Set.of());
    }
}
