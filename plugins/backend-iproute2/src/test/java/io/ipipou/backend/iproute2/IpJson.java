package io.ipipou.backend.iproute2;

import io.ipipou.spi.state.IpipLink;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code ip -json -details} prints for IPIP links. */
final class IpJson {

    private IpJson() {}

    /** Output of {@code addr show} or {@code link show}. */
    static String links(List<IpipLink> links) {
        return links.stream().map(IpJson::link).collect(Collectors.joining(",", "[", "]\n"));
    }

    private static String link(IpipLink link) {
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

    /** Output of the three commands that read the state, where there are only these links. */
    static String state(List<IpipLink> links) {
        return links(links) + "[]\n[]\n[]\n";
    }
}
