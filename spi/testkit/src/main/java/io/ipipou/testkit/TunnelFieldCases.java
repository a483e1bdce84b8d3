package io.ipipou.testkit;

import static io.ipipou.testkit.KernelUnderTest.DEVICE;
import static io.ipipou.testkit.KernelUnderTest.DEVICE_ADDRESS;
import static io.ipipou.testkit.SampleLinks.T0;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.OuterHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Cases for every field of a tunnel and for special names. */
interface TunnelFieldCases extends Cases {

    /** Each changes one field of {@link SampleLinks#tunnel(int)}, and the fields that the kernel ties to it. */
    List<UnaryOperator<IpipLink>> VARIATIONS = List.of(
            tunnel -> tunnel,
            outer(outer -> new OuterHeader(Ipv4.of("203.0.113.7"), outer.remote(), Optional.empty(), 0, 0, true)),
            outer(outer -> new OuterHeader(Ipv4.ANY, outer.remote(), Optional.empty(), 0, 0, true)),
            outer(outer -> new OuterHeader(outer.local(), outer.remote(), Optional.of(DEVICE), 0, 0, true)),
            outer(outer -> new OuterHeader(outer.local(), outer.remote(), Optional.empty(), 1, 0, true)),
            outer(outer -> new OuterHeader(outer.local(), outer.remote(), Optional.empty(), 255, 0, true)),
            outer(outer -> new OuterHeader(outer.local(), outer.remote(), Optional.empty(), 0, 1, true)),
            outer(outer -> new OuterHeader(outer.local(), outer.remote(), Optional.empty(), 0, 0x10, true)),
            outer(outer -> new OuterHeader(outer.local(), outer.remote(), Optional.empty(), 0, 0xff, true)),
            outer(outer -> new OuterHeader(outer.local(), outer.remote(), Optional.empty(), 0, 0, false)),
            tunnel -> SampleLinks.with(tunnel, Encap.fou(0, 65535, false)),
            tunnel -> SampleLinks.with(tunnel, Encap.fou(65535, 1, false)),
            tunnel -> SampleLinks.with(tunnel, Encap.fou(10000, 20000, true)),
            tunnel -> SampleLinks.with(tunnel, new Encap(EncapType.GUE, 10000, 20000, false)),
            tunnel -> SampleLinks.with(tunnel, Encap.NONE),
            tunnel -> SampleLinks.with(tunnel, 68),
            tunnel -> SampleLinks.with(tunnel, 65507),
            SampleLinks::down,
            tunnel -> SampleLinks.with(tunnel, new Mark("ipipou:of \"someone\" é; \\n $0", Mark.GROUP)),
            tunnel -> SampleLinks.with(tunnel, new Mark(Mark.PREFIX, 0)),
            tunnel -> SampleLinks.with(tunnel, new Mark("ipipou:last group", Integer.MAX_VALUE)));

    @Test
    default void everyFieldIsReadAsItWasCreated() throws Exception {
        Map<LinkName, IpipLink> links = variations();
        IpipLink noRemote = SampleLinks.tunnel(new LinkName("noremote"), 0);
        links.put(
                noRemote.name(),
                SampleLinks.with(noRemote, new OuterHeader(DEVICE_ADDRESS, Ipv4.ANY, Optional.empty(), 0, 0, true)));
        host().execute(Host.creations(links.values().stream()));

        assertThat(host().observe().links()).containsExactlyInAnyOrderEntriesOf(links);
    }

    @Test
    default void everyFieldIsUpdatedInPlace() throws Exception {
        Map<LinkName, IpipLink> plain = plain(VARIATIONS.size());
        Map<LinkName, IpipLink> varied = variations();
        host().execute(Host.creations(plain.values().stream()));

        host().execute(updates(plain, varied));
        assertThat(host().observe().links()).containsExactlyInAnyOrderEntriesOf(varied);
        host().execute(updates(varied, plain));
        assertThat(host().observe().links()).containsExactlyInAnyOrderEntriesOf(plain);
    }

    /** The remote address decides whether the link is point-to-point, which cannot change. */
    @Test
    default void removingTheRemoteInPlaceIsRefused() throws Exception {
        host().create(SampleLinks.tunnel(0));
        OuterHeader noRemote = new OuterHeader(DEVICE_ADDRESS, Ipv4.ANY, Optional.empty(), 0, 0, true);

        host().assertRefused(
                        Operation.update(SampleLinks.tunnel(0), SampleLinks.with(SampleLinks.tunnel(0), noRemote)));
    }

    @Test
    default void anMtuOutOfRangeIsRefused() throws Exception {
        host().create(SampleLinks.tunnel(0));

        host().assertRefused(
                        Operation.update(SampleLinks.tunnel(0), SampleLinks.with(SampleLinks.tunnel(0), 67)), "EINVAL");
        host().assertRefused(
                        Operation.update(SampleLinks.tunnel(0), SampleLinks.with(SampleLinks.tunnel(0), 65508)),
                        "EINVAL");
        assertThat(host().observe().links().get(T0)).isEqualTo(SampleLinks.tunnel(0));
    }

    /** Keywords of {@code ip}, and names that look like an option or a number. */
    @Test
    default void namesThatLookLikeKeywordsOrNumbersWork() throws Exception {
        List<LinkName> names = Stream.of(
                        "t", "a", "br", "up", "down", "dev", "type", "name", "any", "group", "mtu", "ipip", "encap",
                        "-", "-4", "--help", "0", "1.2.3.4", "none", "help", "add", "netns")
                .map(LinkName::new)
                .toList();
        roundTrip(names);
    }

    /** A name that a backend cannot express must be refused at plan time, and never affect another link. */
    @Test
    default void namesWithSpecialCharactersWorkOrAreRefusedAtPlanTime() throws Exception {
        List<LinkName> names = Stream.of(
                        "if7", "if7x", "a#b", "a\"b", "a'b", "a\\b", "a@b", "a,b", "a=b", "$a", "...", "ünï", "{[*?]}",
                        "a;b")
                .map(LinkName::new)
                .toList();
        int number = 0;
        List<LinkName> possible = new ArrayList<>();
        for (LinkName name : names) {
            Operation create = Operation.create(SampleLinks.tunnel(name, number++));
            if (host().backend.validate(create).isEmpty()) {
                possible.add(name);
            }
        }
        roundTrip(possible);
        for (LinkName name : names) {
            host().outside.linkAdd(name, "dummy");
        }
        assertThat(host().observe().devices()).containsKeys(names.toArray(LinkName[]::new));
    }

    /** They are directories in /proc/sys/net/ipv4/conf. */
    @Test
    default void namesReservedByTheKernelAreRefused() throws Exception {
        for (String name : List.of("all", "default")) {
            host().assertRefused(Operation.create(SampleLinks.tunnel(new LinkName(name), 0)));
        }
        assertThat(host().observe().links()).isEmpty();
    }

    private void roundTrip(List<LinkName> names) throws Exception {
        Map<LinkName, IpipLink> links =
                names.stream().collect(toMap(name -> name, name -> SampleLinks.tunnel(name, names.indexOf(name))));
        host().execute(Host.creations(links.values().stream()));
        host().execute(Host.creations(names.stream().map(name -> SampleLinks.innerAddress(name, names.indexOf(name)))));
        assertThat(host().observe().links()).containsExactlyInAnyOrderEntriesOf(links);

        host().execute(links.values().stream()
                .map(link -> Operation.update(link, SampleLinks.with(link, 1400)))
                .toList());
        assertThat(host().observe().links().values())
                .allSatisfy(link -> assertThat(link.mtu()).isEqualTo(1400));
        host().execute(Host.deletions(names.stream().map(name -> SampleLinks.innerAddress(name, names.indexOf(name)))));
        host().execute(Host.deletions(links.values().stream()));
        assertThat(host().observe().links()).isEmpty();
    }

    private static List<Operation> updates(Map<LinkName, IpipLink> before, Map<LinkName, IpipLink> after) {
        return before.values().stream()
                .map(link -> Operation.update(link, after.getOrDefault(link.name(), link)))
                .toList();
    }

    private static UnaryOperator<IpipLink> outer(UnaryOperator<OuterHeader> change) {
        return tunnel -> SampleLinks.with(tunnel, change.apply(tunnel.outer()));
    }

    private static Map<LinkName, IpipLink> variations() {
        Map<LinkName, IpipLink> links = plain(VARIATIONS.size());
        int number = 0;
        for (UnaryOperator<IpipLink> variation : VARIATIONS) {
            IpipLink varied = variation.apply(SampleLinks.tunnel(number++));
            links.put(varied.name(), varied);
        }
        return links;
    }

    private static Map<LinkName, IpipLink> plain(int count) {
        return Stream.iterate(0, number -> number + 1)
                .limit(count)
                .map(SampleLinks::tunnel)
                .collect(toMap(IpipLink::name, tunnel -> tunnel, (one, other) -> one, TreeMap::new));
    }
}
