package io.ipipou.core.apply;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.json.RecordJson;
import io.ipipou.core.json.StoredNames;
import io.ipipou.core.plan.Change;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Route;

/** The names in the journal and in saved plans. A change here is a change of both formats. */
final class StoredFormat {

    static final RecordJson JSON = new RecordJson(names());

    private StoredFormat() {}

    private static StoredNames names() {
        StoredNames names = new StoredNames();
        documents(names);
        links(names);
        table(names);
        statements(names);
        return names;
    }

    private static void documents(StoredNames names) {
        names.with(
                        Journal.Entry.class,
                        "version",
                        "place",
                        "process",
                        "backend",
                        "table",
                        "before",
                        "made",
                        "confirmation")
                .with(ProcessId.class, "number", "started")
                .with(Confirmation.class, "id", "within", "deadline", "guard")
                .with(DesiredState.class, "links", "listeners", "addresses", "routes", "table", "elements")
                .with(SavedPlan.class, "place", "file", "backend", "changes", "writes")
                .with(Change.class, "action", "before", "after", "disruptive")
                .with(Change.Action.class, "CREATE", "UPDATE", "REPLACE", "DELETE")
                .with(Operation.class, "verb", "before", "after")
                .with(Verb.class, "CREATE", "UPDATE", "DELETE");
    }

    private static void links(StoredNames names) {
        names.with(Ipv4.class, "bits")
                .with(Ipv4Prefix.class, "address", "length")
                .with(Endpoint.class, "address", "port")
                .with(LinkName.class, "value")
                .with(IpipLink.class, "name", "outer", "encap", "mtu", "up", "mark")
                .with(OuterHeader.class, "local", "remote", "device", "ttl", "tos", "pmtudisc")
                .with(Encap.class, "type", "sourcePort", "destinationPort", "checksum")
                .with(EncapType.class, "NONE", "FOU", "GUE", "MPLS")
                .with(Mark.class, "alias", "group")
                .with(FouListener.class, "local", "port", "protocol", "gue", "device", "peer")
                .with(LinkAddress.class, "link", "address", "peer", "prefixLength", "label", "scope", "secondary")
                .absent(LinkAddress.class, "scope", LinkAddress.SCOPE_GLOBAL)
                .absent(LinkAddress.class, "secondary", false)
                .with(Route.class, "destination", "device", "gateway", "metric", "protocol", "table")
                .absent(Route.class, "table", Route.TABLE_MAIN);
    }

    private static void table(StoredNames names) {
        names.with(NftTable.class, "name", "sets", "chains")
                .with(NftSet.class, "name", "key", "data", "timeouts", "meter")
                .with(NftSet.Meter.class, "size", "timeout")
                .with(NftElement.class, "table", "set", "key", "data", "timeout")
                .with(NftType.class, "IPV4_ADDR", "INET_SERVICE")
                .with(NftValue.class, "type", "bits")
                .with(NftChain.class, "name", "base", "rules")
                .with(NftChain.Base.class, "type", "hook", "priority", "acceptPolicy")
                .with(NftChain.Hook.class, "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")
                .with(NftRule.class, "comment", "statements");
    }

    private static void statements(StoredNames names) {
        names.with(
                        NftField.class,
                        "L4PROTO",
                        "IP_SADDR",
                        "IP_DADDR",
                        "TH_SPORT",
                        "TH_DPORT",
                        "UDP_LENGTH",
                        "INNER_VERSION",
                        "INNER_LENGTH")
                .with(NftStatement.Relation.class, "EQUAL", "NOT_EQUAL", "AT_LEAST", "AT_MOST")
                .kind(NftStatement.Compare.class, "Compare", "field", "relation", "value")
                .kind(NftStatement.Lookup.class, "Lookup", "key", "member", "set")
                .kind(NftStatement.Rewrite.class, "Rewrite", "field", "key", "map")
                .kind(NftStatement.RateOver.class, "RateOver", "packetsPerSecond", "burst")
                .kind(NftStatement.RateOverByKey.class, "RateOverByKey", "set", "key", "rate")
                .kind(NftStatement.Counter.class, "Counter")
                .kind(NftStatement.Notrack.class, "Notrack")
                .kind(NftStatement.Queue.class, "Queue", "number")
                .kind(NftStatement.Accept.class, "Accept")
                .kind(NftStatement.Drop.class, "Drop")
                .kind(NftStatement.Jump.class, "Jump", "chain")
                .kind(NftStatement.Goto.class, "Goto", "chain")
                .kind(NftStatement.Unknown.class, "Unknown", "text");
    }
}
