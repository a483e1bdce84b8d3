package io.ipipou.backend.iproute2;

import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.OuterHeader;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Objects that tests begin with, and dumps that show them. */
final class Samples {

    static final LinkName T0 = new LinkName("t0");
    static final Ipv4 LOCAL = Ipv4.of("203.0.113.1");

    private Samples() {}

    static IpipLink link(String name, int number, Optional<LinkName> device) {
        LinkName link = new LinkName(name);
        Ipv4 remote = new Ipv4(Ipv4.of("203.0.113.10").bits() + number);
        return new IpipLink(
                link,
                new OuterHeader(LOCAL, remote, device, 0, 0, true),
                Encap.fou(10000, 20000, false),
                1472,
                true,
                Mark.of(link));
    }

    static IpipLink link(int number) {
        return link("t" + number, number, Optional.empty());
    }

    static IpipLink boundTo(String device, int number) {
        return link("t" + number, number, Optional.of(new LinkName(device)));
    }

    static LinkAddress address(int number) {
        Ipv4 address = new Ipv4(Ipv4.of("172.28.0.0").bits() + 2 * number);
        return LinkAddress.pointToPoint(link(number).name(), address, new Ipv4(address.bits() + 1));
    }

    /** What {@code ip} shows of such links. */
    static String dump(List<IpipLink> links) {
        return links.stream().map(Samples::dump).collect(Collectors.joining(",", "[", "]\n"));
    }

    private static String dump(IpipLink link) {
        String device =
                link.outer().device().map(name -> "\"link\":\"" + name + "\",").orElse("");
        return """
            {"ifname":"%s","flags":[%s],"mtu":%d,"group":"%d","ifalias":"%s","linkinfo":{"info_kind":"ipip","info_data":{
            "remote":"%s","local":"%s",%s"ttl":0,"pmtudisc":true,"encap":{"type":"fou","sport":%d,"dport":%d,"csum":false}
            }},"addr_info":[]}""".formatted(
                        link.name(),
                        link.up() ? "\"UP\"" : "",
                        link.mtu(),
                        link.mark().group(),
                        link.mark().alias(),
                        link.outer().remote(),
                        link.outer().local(),
                        device,
                        link.encap().sourcePort(),
                        link.encap().destinationPort());
    }

    /** What an observation reads where there are these links and nothing else. */
    static String state(List<IpipLink> links) {
        return dump(links) + "[]\n[]\n";
    }
}
