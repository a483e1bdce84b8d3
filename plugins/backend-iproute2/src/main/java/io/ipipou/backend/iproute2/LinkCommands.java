package io.ipipou.backend.iproute2;

import static io.ipipou.backend.iproute2.BatchWord.quote;

import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.OuterHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines for IPIP links. A name always follows {@code name} or {@code dev}: alone it may be a keyword. */
final class LinkCommands {

    private LinkCommands() {}

    /**
     * The kernel ignores an alias in the message that creates a link, so the group marks the link until the second line.
     * An IPIP link carries no IPv6, so it gets no link-local address, which has to be said before it is up: with one, it
     * would have IPv6 routes too, all of which the kernel walks whenever any link comes up, changes or goes.
     *
     * @param ipv6 whether the kernel has IPv6; where it has not, it refuses to hear of it
     */
    static List<String> create(IpipLink link, boolean ipv6) {
        List<String> lines = new ArrayList<>();
        lines.add("link add name " + quote(link.name()) + " mtu " + quote(link.mtu()) + " group "
                + quote(link.mark().group()) + tunnel(link));
        lines.add("link set dev " + quote(link.name())
                + (ipv6 && link.mayGetIpv6() ? " addrgenmode none" : "") + " alias "
                + quote(link.mark().alias()));
        if (link.up()) {
            lines.add("link set dev " + quote(link.name()) + " up");
        }
        return lines;
    }

    /**
     * One message with every field: {@code ip} reads back what is left out, and gets the byte order of the ports wrong.
     * The device can be set there but not unset; only the older interface, which reads nothing back when the name comes
     * last, does that.
     */
    static List<String> update(IpipLink before, IpipLink after) {
        List<String> lines = new ArrayList<>();
        if (before.outer().device().isPresent() && after.outer().device().isEmpty()) {
            lines.add("tunnel change mode ipip" + addresses(after.outer()) + " name " + quote(after.name()));
        }
        lines.add("link set dev " + quote(after.name()) + " mtu " + quote(after.mtu()) + " group "
                + quote(after.mark().group()) + " alias "
                + quote(after.mark().alias()) + upOrDown(after) + tunnel(after));
        return lines;
    }

    static String delete(LinkName name) {
        return "link del dev " + quote(name);
    }

    /** Takes the alias along, which a link of a run that was killed may lack: outside our group it needs one. */
    static String moveTo(int group, LinkName name) {
        return "link set dev " + quote(name) + " alias " + quote(Mark.of(name).alias()) + " group " + quote(group);
    }

    static String show(int group) {
        return "link show group " + quote(group);
    }

    static String deleteAll(int group) {
        return "link del group " + quote(group);
    }

    private static String upOrDown(IpipLink link) {
        return link.up() ? " up" : " down";
    }

    /** What no record holds is set to what the kernel does when not told. */
    private static String tunnel(IpipLink link) {
        String device = link.outer().device().map(name -> " dev " + quote(name)).orElse("");
        return " type ipip mode ipip" + addresses(link.outer()) + device + " fwmark '0'" + encap(link.encap());
    }

    private static String addresses(OuterHeader outer) {
        return " local " + quote(outer.local()) + " remote " + quote(outer.remote()) + " ttl " + quote(outer.ttl())
                + " tos " + quote("0x" + Integer.toHexString(outer.tos()))
                + (outer.pmtudisc() ? " pmtudisc" : " nopmtudisc");
    }

    private static String encap(Encap encap) {
        return " encap " + quote(encap.type().name().toLowerCase(Locale.ROOT)) + " encap-sport "
                + quote(encap.sourcePort()) + " encap-dport " + quote(encap.destinationPort())
                + (encap.checksum() ? " encap-csum" : " noencap-csum") + " noencap-udp6-csum noencap-remcsum";
    }
}
