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

/** Lines for IPIP links. A name always follows {@code name} or {@code dev}, because it may equal a keyword. */
final class LinkCommands {

    private LinkCommands() {}

    /**
     * The kernel ignores an alias in the message that creates a link, so until the second line only the group marks the
     * link. {@code addrgenmode none} before the link is up: an IPIP link carries no IPv6, and a link-local address would
     * add IPv6 routes, all of which the kernel walks whenever a link changes.
     *
     * @param ipv6 whether the kernel has IPv6; without it, the kernel refuses {@code addrgenmode}
     */
    static List<String> create(IpipLink link, boolean ipv6) {
        List<String> lines = new ArrayList<>();
        lines.add("link add name " + quote(link.name()) + " mtu " + quote(link.mtu()) + " group "
                + quote(link.mark().group()) + tunnel(link));
        lines.add("link set dev " + quote(link.name())
                + (ipv6 && link.canHaveIpv6() ? " addrgenmode none" : "") + " alias "
                + quote(link.mark().alias()));
        if (link.up()) {
            lines.add("link set dev " + quote(link.name()) + " up");
        }
        return lines;
    }

    /**
     * One message with every field: {@code ip} fills in the fields left out by reading the link, and gets the byte order
     * of the ports wrong. That message can set the device but not remove it; {@code ip tunnel change} can, and does not
     * read the link if the name comes last.
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

    /** Sets the alias too: a link whose creation was interrupted has none, and outside its group needs it as a mark. */
    static String moveToGroup(int group, LinkName name) {
        return "link set dev " + quote(name) + " alias " + quote(Mark.of(name).alias()) + " group " + quote(group);
    }

    static String showGroup(int group) {
        return "link show group " + quote(group);
    }

    static String deleteGroup(int group) {
        return "link del group " + quote(group);
    }

    private static String upOrDown(IpipLink link) {
        return link.up() ? " up" : " down";
    }

    /** Fields that {@link IpipLink} does not have are set to the kernel's defaults. */
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
