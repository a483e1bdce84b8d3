package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Ports;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one object of {@code ip link show} or {@code ip addr show}. */
final class LinkDump {

    static final String KIND = "ipip";

    /** The fallback device, which module ipip creates in every namespace. */
    private static final String FALLBACK = "tunl0";

    private static final int MAX_TTL_OR_TOS = 255;
    private static final int MAX_SCOPE = 255;

    private LinkDump() {}

    /**
     * Empty for an object that a filter of {@code ip} left out, which it prints as an empty object, and for a name that
     * {@link LinkName} does not allow, which no configuration can refer to.
     */
    static Optional<LinkName> name(JsonObject object) throws BackendException {
        return object.text("ifname").flatMap(LinkName::parse);
    }

    static Device device(JsonObject object, LinkName name) throws BackendException {
        return new Device(
                name, kind(object), object.requiredInt("mtu"), isUp(object), Set.copyOf(object.texts("altnames")));
    }

    private static boolean isUp(JsonObject object) throws BackendException {
        return object.texts("flags").contains("UP");
    }

    private static String kind(JsonObject object) throws BackendException {
        return info(object).text("info_kind").orElse("");
    }

    private static JsonObject info(JsonObject object) throws BackendException {
        return object.object("linkinfo").orElse(JsonObject.EMPTY);
    }

    /** The kernel's u32 as a signed int, which is also how {@code ip} prints it. */
    static int group(JsonObject object) throws BackendException {
        if (object.text("group").filter("default"::equals).isPresent()) {
            return 0;
        }
        BigInteger group = object.number("group").orElseThrow(() -> object.invalid("group"));
        if (group.bitLength() > Integer.SIZE) {
            throw object.invalid("group");
        }
        return group.intValue();
    }

    /** Empty for other kinds of link and for the fallback device. */
    static Optional<IpipLink> link(JsonObject object, LinkName name) throws BackendException {
        if (!kind(object).equals(KIND) || name.value().equals(FALLBACK)) {
            return Optional.empty();
        }
        JsonObject data = info(object).object("info_data").orElse(JsonObject.EMPTY);
        return Optional.of(new IpipLink(
                name,
                outer(data),
                encap(data),
                object.requiredInt("mtu"),
                isUp(object),
                new Mark(object.text("ifalias").orElse(""), group(object))));
    }

    private static OuterHeader outer(JsonObject data) throws BackendException {
        return new OuterHeader(
                data.addressOrAny("local"),
                data.addressOrAny("remote"),
                data.text("link").flatMap(LinkName::parse),
                data.has("ttl") ? data.requiredInt("ttl", 0, MAX_TTL_OR_TOS) : 0,
                data.has("tos") ? data.requiredInt("tos", 0, MAX_TTL_OR_TOS) : 0,
                data.flag("pmtudisc"));
    }

    private static Encap encap(JsonObject data) throws BackendException {
        Optional<JsonObject> encap = data.object("encap");
        if (encap.isEmpty()) {
            return Encap.NONE;
        }
        JsonObject fields = encap.get();
        EncapType type =
                switch (fields.text("type").orElse("")) {
                    case "fou" -> EncapType.FOU;
                    case "gue" -> EncapType.GUE;
                    default -> EncapType.MPLS;
                };
        return new Encap(
                type,
                fields.requiredInt("sport", 0, Ports.MAX),
                fields.requiredInt("dport", 0, Ports.MAX),
                fields.flag("csum"));
    }

    /** The IPv4 addresses in the kernel's order. */
    static List<LinkAddress> addresses(JsonObject object, LinkName link) throws BackendException {
        List<LinkAddress> addresses = new ArrayList<>();
        for (JsonObject address : object.objects("addr_info")) {
            if (address.text("family").filter("inet"::equals).isPresent()) {
                Ipv4 local = address.address("local");
                addresses.add(new LinkAddress(
                        link,
                        local,
                        address.has("address") ? address.address("address") : local,
                        address.requiredInt("prefixlen", 0, Integer.SIZE),
                        address.text("label").orElse(link.value()),
                        address.requiredInt("scope", 0, MAX_SCOPE),
                        address.flag("secondary")));
            }
        }
        return addresses;
    }

    static LinkCounters counters(JsonObject object) throws BackendException {
        JsonObject stats = object.object("stats64").orElseThrow(() -> object.invalid("stats64"));
        JsonObject received = stats.object("rx").orElseThrow(() -> object.invalid("rx"));
        JsonObject sent = stats.object("tx").orElseThrow(() -> object.invalid("tx"));
        return new LinkCounters(
                received.count("packets"),
                received.count("bytes"),
                received.count("errors"),
                received.count("dropped"),
                sent.count("packets"),
                sent.count("bytes"),
                sent.count("errors"),
                sent.count("dropped"));
    }
}
