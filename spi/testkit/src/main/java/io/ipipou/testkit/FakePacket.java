package io.ipipou.testkit;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A UDP packet that passes the chains of the tables: net/netfilter/nf_tables_core.c in short. */
final class FakePacket {

    static final int IP_AND_UDP_HEADERS = 28;
    private static final int UDP_HEADER = 8;
    private static final int UDP = 17;

    private final Map<NftField, Integer> fields = new EnumMap<>(NftField.class);
    private final int bytes;

    /** @param payload the number of bytes, all zero */
    FakePacket(Ipv4 from, int fromPort, Ipv4 to, int toPort, int payload) {
        fields.put(NftField.L4PROTO, UDP);
        fields.put(NftField.IP_SADDR, from.bits());
        fields.put(NftField.IP_DADDR, to.bits());
        fields.put(NftField.TH_SPORT, fromPort);
        fields.put(NftField.TH_DPORT, toPort);
        fields.put(NftField.UDP_LENGTH, UDP_HEADER + payload);
        if (payload >= 1) {
            fields.put(NftField.INNER_VERSION, 0);
        }
        if (payload >= 4) {
            fields.put(NftField.INNER_LENGTH, 0);
        }
        this.bytes = IP_AND_UDP_HEADERS + payload;
    }

    /** Whether every base chain of the hook accepts it. Rules count it; a queue drops it, as without a program. */
    boolean passes(FakeTables tables, NftChain.Hook hook) {
        record Entry(FakeTable table, NftChain chain, NftChain.Base base) {}
        return tables.ipTables()
                .flatMap(table -> table.layout().chains().stream().flatMap(chain -> chain.base().stream()
                        .filter(base -> base.hook() == hook)
                        .map(base -> new Entry(table, chain, base))))
                .sorted((a, b) -> Integer.compare(a.base.priority(), b.base.priority()))
                .allMatch(
                        entry -> new Traversal(entry.table).verdict(entry.chain).orElse(entry.base.acceptPolicy()));
    }

    private final class Traversal {
        private final FakeTable table;

        private Traversal(FakeTable table) {
            this.table = table;
        }

        /** Whether the chain accepts the packet; empty if no rule decides. */
        private Optional<Boolean> verdict(NftChain chain) {
            for (NftRule rule : chain.rules()) {
                for (NftStatement statement : rule.statements()) {
                    if (statement instanceof NftStatement.Accept) {
                        return Optional.of(true);
                    } else if (statement instanceof NftStatement.Drop || statement instanceof NftStatement.Queue) {
                        return Optional.of(false);
                    } else if (statement instanceof NftStatement.Goto to) {
                        return verdict(chain(to.chain()));
                    } else if (statement instanceof NftStatement.Jump jump) {
                        Optional<Boolean> verdict = verdict(chain(jump.chain()));
                        if (verdict.isPresent()) {
                            return verdict;
                        }
                    } else if (statement instanceof NftStatement.Counter) {
                        table.count(rule.comment(), bytes);
                    } else if (!matches(statement)) {
                        break;
                    }
                }
            }
            return Optional.empty();
        }

        private boolean matches(NftStatement statement) {
            if (statement instanceof NftStatement.Compare compare) {
                return Optional.ofNullable(fields.get(compare.field()))
                        .filter(value -> holds(compare.relation(), Integer.compareUnsigned(value, compare.value())))
                        .isPresent();
            }
            if (statement instanceof NftStatement.Lookup lookup) {
                return lookup.member()
                        == table.lookUp(lookup.set(), key(lookup.key())).isPresent();
            }
            if (statement instanceof NftStatement.Rewrite rewrite) {
                Optional<NftValue> value =
                        table.lookUp(rewrite.map(), key(rewrite.key())).flatMap(NftElement::data);
                value.ifPresent(data -> fields.put(rewrite.field(), data.bits()));
                return value.isPresent();
            }
            if (statement instanceof NftStatement.RateOver rate) {
                return table.isOver(rate, rate);
            }
            if (statement instanceof NftStatement.RateOverByKey rate) {
                return table.isOver(List.of(rate.set(), key(rate.key())), rate.rate());
            }
            return statement instanceof NftStatement.Notrack;
        }

        private NftChain chain(String chain) {
            return table.layout().chains().stream()
                    .filter(each -> each.name().equals(chain))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean holds(NftStatement.Relation relation, int order) {
        return switch (relation) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case AT_LEAST -> order >= 0;
            case AT_MOST -> order <= 0;
        };
    }

    private List<NftValue> key(List<NftField> key) {
        return key.stream()
                .map(field -> new NftValue(
                        field == NftField.IP_SADDR || field == NftField.IP_DADDR
                                ? NftType.IPV4_ADDR
                                : NftType.INET_SERVICE,
                        fields.getOrDefault(field, 0)))
                .toList();
    }
}
