package io.ipipou.core.name;

import io.ipipou.spi.state.Ipv4;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is known of a host name.
 *
 * @param addresses its usable IPv4 addresses, ascending, as the last successful lookup had them; empty if there was none
 * @param alternating {@code addresses}, and if the name's answers alternate those of the last minutes: a tunnel that uses one
 *     of them stays there
 * @param failure why the latest lookup gave no usable address, such as {@code hub.example.net does not resolve}; empty if
 *     the addresses are its answer
 */
public record NameAnswer(List<Ipv4> addresses, List<Ipv4> alternating, Optional<String> failure) {

    public NameAnswer {
        addresses = addresses.stream().sorted().distinct().toList();
        alternating = Stream.concat(addresses.stream(), alternating.stream())
                .distinct()
                .toList();
    }

    /** Of a name whose answers do not alternate. */
    public NameAnswer(List<Ipv4> addresses, Optional<String> failure) {
        this(addresses, List.of(), failure);
    }

    /** Of a name that was never looked up. */
    public static NameAnswer unknown(String name) {
        return failed(name + " has not been looked up yet");
    }

    static NameAnswer of(List<Ipv4> addresses) {
        return new NameAnswer(addresses, Optional.empty());
    }

    static NameAnswer failed(String failure) {
        return new NameAnswer(List.of(), Optional.of(failure));
    }

    /** This answer of a later lookup, with the addresses of an earlier one if this has none. */
    NameAnswer after(NameAnswer earlier) {
        return addresses.isEmpty() ? new NameAnswer(earlier.addresses, earlier.alternating, failure) : this;
    }
}
