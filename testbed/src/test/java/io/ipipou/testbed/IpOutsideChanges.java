package io.ipipou.testbed;

import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Route;
import io.ipipou.testkit.OutsideChanges;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Outside changes by {@code ip} and {@code nft} commands and by other programs in the namespace. */
final class IpOutsideChanges implements OutsideChanges, AutoCloseable {

    private static final int DISCARD_PORT = 9;

    /** A rule in the output of {@code nft -a list chain}: the lines that are indented twice. */
    private static final Pattern RULE_HANDLE = Pattern.compile("^\\t\\t.* # handle ([0-9]+)$", Pattern.MULTILINE);

    private final NetworkNamespace namespace;
    private final Map<Integer, DatagramSocket> sockets = new HashMap<>();

    IpOutsideChanges(NetworkNamespace namespace) {
        this.namespace = namespace;
    }

    @Override
    public void linkAdd(LinkName name, String kind) {
        namespace.ip("link", "add", "name", name.value(), "type", kind);
    }

    @Override
    public void linkAdd(IpipLink link) {
        ipip("add", "name", link);
        setMark(link);
    }

    @Override
    public void linkDelete(LinkName name) {
        namespace.ip("link", "delete", "dev", name.value());
    }

    @Override
    public void linkRename(LinkName from, LinkName to) {
        namespace.ip("link", "set", "dev", from.value(), "down");
        namespace.ip("link", "set", "dev", from.value(), "name", to.value());
        linkUp(to);
    }

    @Override
    public void linkAltName(LinkName name, String altName) {
        namespace.ip("link", "property", "add", "dev", name.value(), "altname", altName);
    }

    @Override
    public void linkUp(LinkName name) {
        namespace.ip("link", "set", "dev", name.value(), "up");
    }

    @Override
    public void linkDown(LinkName name) {
        namespace.ip("link", "set", "dev", name.value(), "down");
    }

    @Override
    public void linkMtu(LinkName name, int mtu) {
        namespace.ip("link", "set", "dev", name.value(), "mtu", String.valueOf(mtu));
    }

    @Override
    public void linkAlias(LinkName name, String alias) {
        namespace.ip("link", "set", "dev", name.value(), "alias", alias);
    }

    @Override
    public void linkGroup(LinkName name, int group) {
        namespace.ip("link", "set", "dev", name.value(), "group", Integer.toUnsignedString(group));
    }

    @Override
    public void addressAdd(LinkAddress address) {
        address("add", address);
    }

    @Override
    public void addressDelete(LinkAddress address) {
        address("delete", address);
    }

    @Override
    public void routeAdd(Route route) {
        route("add", route);
    }

    @Override
    public void routeDelete(Route route) {
        route("delete", route);
    }

    @Override
    public void fouAdd(FouListener listener) {
        List<String> payload =
                listener.gue() ? List.of("gue") : List.of("ipproto", String.valueOf(listener.protocol()));
        fou("add", listener, payload);
    }

    @Override
    public void fouDelete(FouListener listener) {
        fou("del", listener, List.of());
    }

    @Override
    public void udpOpen(int port) {
        sockets.put(port, namespace.call(() -> new DatagramSocket(port)));
    }

    @Override
    public void udpClose(int port) {
        DatagramSocket socket = sockets.remove(port);
        if (socket == null) {
            throw new IllegalStateException("UDP port is not open: " + port);
        }
        socket.close();
    }

    @Override
    public void send(Ipv4 destination, int datagrams, int bytes) {
        namespace.call(() -> {
            InetSocketAddress to = new InetSocketAddress(InetAddress.getByAddress(destination.toBytes()), DISCARD_PORT);
            try (DatagramSocket socket = new DatagramSocket()) {
                for (int i = 0; i < datagrams; i++) {
                    socket.send(new DatagramPacket(new byte[bytes], bytes, to));
                }
            }
            return true;
        });
    }

    @Override
    public void nftFlush() {
        nft("flush ruleset");
    }

    @Override
    public void nftTableAdd(String family, NftTable table) {
        nft(nftText(family, table));
    }

    /** The table as a script for {@code nft -f}. */
    static String nftText(String family, NftTable table) {
        StringBuilder text = new StringBuilder("table " + family + " " + table.name() + " {\n");
        table.sets().forEach(set -> text.append(kind(set) + " " + set.name() + " { " + set + " }\n"));
        for (NftChain chain : table.chains()) {
            text.append("chain " + chain.name() + " {\n");
            chain.base().ifPresent(base -> text.append(base + "\n"));
            chain.rules().forEach(rule -> text.append(rule + "\n"));
            text.append("}\n");
        }
        return text.append("}\n").toString();
    }

    @Override
    public void nftSetAdd(String table, NftSet set) {
        nft("add " + kind(set) + " ip " + table + " " + set.name() + " { " + set + " }");
    }

    @Override
    public void nftRuleInsert(String table, String chain, int index, NftRule rule) {
        nft("insert rule ip " + table + " " + chain + " index " + index + " " + rule);
    }

    @Override
    public void nftRuleDelete(String table, String chain, int index) {
        Matcher handle = RULE_HANDLE.matcher(namespace.run("nft", "-a", "list", "chain", "ip", table, chain));
        for (int i = 0; i <= index; i++) {
            if (!handle.find()) {
                throw new IllegalStateException(table + " " + chain + " has no rule " + index);
            }
        }
        nft("delete rule ip " + table + " " + chain + " handle " + handle.group(1));
    }

    @Override
    public void nftElementAdd(NftElement element) {
        String data = element.data().map(value -> " : " + value).orElse("");
        nft("add" + element(element, data));
    }

    @Override
    public void nftElementDelete(NftElement element) {
        nft("delete" + element(element, ""));
    }

    @Override
    public String nftText(String family, String table) {
        return namespace.run("nft", "-s", "-a", "list", "table", family, table);
    }

    /** Loads a script. */
    void nft(String script) {
        namespace.call(() -> Command.run(List.of("nft", "-f", "-"), script + "\n"));
    }

    private static String kind(NftSet set) {
        return set.data().isPresent() ? "map" : "set";
    }

    private static String element(NftElement element, String data) {
        String key = element.key().stream().map(NftValue::toString).collect(Collectors.joining(" . "));
        return " element ip " + element.table() + " " + element.set() + " { " + key + data + " }";
    }

    @Override
    public void close() {
        sockets.values().forEach(DatagramSocket::close);
    }

    private void ipip(String verb, String nameKeyword, IpipLink link) {
        OuterHeader outer = link.outer();
        Encap encap = link.encap();
        Words words = new Words("link", verb, nameKeyword, link.name().value())
                .add("mtu", link.mtu())
                .add("group", Integer.toUnsignedString(link.mark().group()))
                .add(link.up() ? "up" : "down")
                .add("type", "ipip")
                .add("local", outer.local().isAny() ? "any" : outer.local())
                .add("remote", outer.remote().isAny() ? "any" : outer.remote())
                .add("ttl", outer.ttl() == 0 ? "inherit" : outer.ttl())
                .add("tos", String.format("0x%x", outer.tos()))
                .add(outer.pmtudisc() ? "pmtudisc" : "nopmtudisc");
        outer.device().ifPresent(device -> words.add("dev", device));
        if (encap.type() == EncapType.NONE) {
            words.add("noencap");
        } else {
            words.add("encap", encap.type().name().toLowerCase(Locale.ROOT))
                    .add("encap-sport", encap.sourcePort())
                    .add("encap-dport", encap.destinationPort())
                    .add(encap.checksum() ? "encap-csum" : "noencap-csum");
        }
        words.run();
    }

    private void setMark(IpipLink link) {
        linkAlias(link.name(), link.mark().alias());
    }

    private void address(String verb, LinkAddress address) {
        boolean own = address.peer().equals(address.address());
        Words words = new Words("address", verb);
        if (own) {
            words.add(address.address() + "/" + address.prefixLength());
        } else {
            words.add(address.address()).add("peer", address.peer() + "/" + address.prefixLength());
        }
        words.add("dev", address.link());
        if (!address.label().equals(address.link().value())) {
            words.add("label", address.label());
        }
        words.add("scope", address.scope()).run();
    }

    private void route(String verb, Route route) {
        Words words = new Words("route", verb).add(route.destination());
        route.gateway().ifPresent(gateway -> words.add("via", gateway));
        route.device().ifPresent(device -> words.add("dev", device));
        words.add("metric", Integer.toUnsignedString(route.metric())).add("proto", route.protocol());
        words.add("table", Integer.toUnsignedString(route.table()));
        if (route.device().isEmpty()) {
            words.add("nexthop", "via").add("203.0.113.2").add("nexthop", "via").add("203.0.113.3");
        }
        words.run();
    }

    private void fou(String verb, FouListener listener, List<String> payload) {
        Words words = new Words("fou", verb).add("port", listener.port());
        payload.forEach(words::add);
        if (!listener.local().isAny()) {
            words.add("local", listener.local());
        }
        listener.peer().ifPresent(peer -> words.add("peer", peer.address()).add("peer_port", peer.port()));
        listener.device().ifPresent(device -> words.add("dev", device));
        words.run();
    }

    /** The arguments of one {@code ip} command. */
    private final class Words {
        private final List<String> words;

        private Words(String... first) {
            words = new ArrayList<>(Arrays.asList(first));
        }

        private Words add(Object word) {
            words.add(word.toString());
            return this;
        }

        private Words add(String keyword, Object value) {
            return add(keyword).add(value);
        }

        private void run() {
            namespace.ip(words.toArray(String[]::new));
        }
    }
}
