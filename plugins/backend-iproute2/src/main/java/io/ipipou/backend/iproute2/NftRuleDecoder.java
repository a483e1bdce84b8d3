package io.ipipou.backend.iproute2;

import static io.ipipou.spi.state.NftField.INNER_LENGTH;
import static io.ipipou.spi.state.NftField.INNER_VERSION;
import static io.ipipou.spi.state.NftField.IP_DADDR;
import static io.ipipou.spi.state.NftField.IP_SADDR;
import static io.ipipou.spi.state.NftField.L4PROTO;
import static io.ipipou.spi.state.NftField.TH_DPORT;
import static io.ipipou.spi.state.NftField.TH_SPORT;
import static io.ipipou.spi.state.NftField.UDP_LENGTH;

import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftStatement.Relation;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.RuleCounter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes statements of a rule's expressions, in libnftnl's notation: follows what is loaded into the registers to where it
 * is looked at. Made for one rule. Not safe for use by several threads.
 */
final class NftRuleDecoder {

    private static final Pattern META = Pattern.compile("meta load l4proto => reg ([0-9]{1,2})");
    private static final Pattern PAYLOAD = Pattern.compile(
            "payload load ([0-9]{1,2})b @ (network|transport) header \\+ ([0-9]{1,3}) => reg ([0-9]{1,2})");
    private static final String DATA = "0x[0-9a-f]{1,8}(?: (?:0x)?[0-9a-f]{1,8})*";
    private static final Pattern BITWISE =
            Pattern.compile("bitwise reg ([0-9]{1,2}) = \\( reg ([0-9]{1,2}) & (" + DATA + ") \\) \\^ (" + DATA + ")");
    private static final Pattern COMPARE = Pattern.compile("cmp (eq|neq|lte|gte) reg ([0-9]{1,2}) (" + DATA + ")");
    private static final Pattern LOOKUP =
            Pattern.compile("lookup reg ([0-9]{1,2}) set (\\S+)(?: dreg ([0-9]{1,2}))?(?: 0x([01]))?");
    private static final Pattern WRITE = Pattern.compile("payload write reg ([0-9]{1,2}) => 4b @ network header"
            + " \\+ (12|16) csum_type 1 csum_off 10 csum_flags 0x1");
    private static final String OVER = "limit rate ([0-9]{1,9})/second burst ([0-9]{1,9}) type packets flags 0x1";
    private static final Pattern LIMIT = Pattern.compile(OVER);
    private static final Pattern UPDATE =
            Pattern.compile("dynset update reg_key ([0-9]{1,2}) set (\\S+)(?: timeout 0ms)? expr \\[ " + OVER + " ]");
    private static final Pattern COUNTER = Pattern.compile("counter pkts ([0-9]{1,20}) bytes ([0-9]{1,20})");
    private static final Pattern QUEUE = Pattern.compile("queue num ([0-9]{1,5})");
    private static final Pattern GO = Pattern.compile("immediate reg 0 (jump|goto) -> (\\S+)");

    /** NFT_REG32_00 of linux/netfilter/nf_tables.h. */
    private static final int FIRST_SMALL_REGISTER = 8;

    private static final int SLOTS_IN_LARGE_REGISTER = 4;

    /** Where fields are: the header, the offset in octets, the length in octets. */
    private record Place(String header, int offset, int length) {}

    private static final Map<Place, NftField> FIELDS = Map.of(
            new Place("network", 12, 4), IP_SADDR,
            new Place("network", 16, 4), IP_DADDR,
            new Place("transport", 0, 2), TH_SPORT,
            new Place("transport", 2, 2), TH_DPORT,
            new Place("transport", 4, 2), UDP_LENGTH,
            new Place("transport", 8, 1), INNER_VERSION,
            new Place("transport", 10, 2), INNER_LENGTH);

    /**
     * What is in a register of 32 bits.
     *
     * @param fields that one load brought, one after the other; or the key of a lookup
     * @param map where the value was looked up; empty for what comes from the packet
     * @param masked whether the second half octet was taken off
     */
    private record Content(List<NftField> fields, String map, boolean masked) {}

    private final Map<String, NftSet> sets;
    private final NftDataFormat data;
    private final Map<Integer, Content> slots = new HashMap<>();
    private final Map<Integer, Content> unused = new HashMap<>();
    private final List<NftStatement> statements = new ArrayList<>();
    private Optional<RuleCounter> counter = Optional.empty();

    /** @param sets by name: their types tell how much of the registers is a key */
    NftRuleDecoder(Map<String, NftSet> sets, NftDataFormat data) {
        this.sets = sets;
        this.data = data;
    }

    /** Empty when it does something that we never write. */
    Optional<List<NftStatement>> decode(List<String> expressions) {
        for (String expression : expressions) {
            if (!step(expression)) {
                return Optional.empty();
            }
        }
        return unused.isEmpty() ? Optional.of(List.copyOf(statements)) : Optional.empty();
    }

    /** What the rule has counted, if it counts. */
    Optional<RuleCounter> counter() {
        return counter;
    }

    private boolean step(String expression) {
        Matcher matcher = META.matcher(expression);
        if (matcher.matches()) {
            return load(matcher.group(1), List.of(L4PROTO));
        }
        matcher = PAYLOAD.matcher(expression);
        if (matcher.matches()) {
            List<NftField> fields = fields(matcher.group(2), number(matcher.group(3)), number(matcher.group(1)));
            return !fields.isEmpty() && load(matcher.group(4), fields);
        }
        matcher = BITWISE.matcher(expression);
        if (matcher.matches()) {
            boolean firstHalf =
                    data.octets(matcher.group(3))[0] == (byte) 0xf0 && data.octets(matcher.group(4))[0] == 0;
            return firstHalf && mask(slot(matcher.group(2)), slot(matcher.group(1)));
        }
        matcher = COMPARE.matcher(expression);
        if (matcher.matches()) {
            return compare(matcher.group(1), use(slot(matcher.group(2))), data.octets(matcher.group(3)));
        }
        matcher = LOOKUP.matcher(expression);
        if (matcher.matches()) {
            return lookup(matcher);
        }
        matcher = WRITE.matcher(expression);
        if (matcher.matches()) {
            return write(use(slot(matcher.group(1))), matcher.group(2).equals("12") ? IP_SADDR : IP_DADDR);
        }
        matcher = UPDATE.matcher(expression);
        if (matcher.matches()) {
            List<NftField> key = key(matcher.group(2), slot(matcher.group(1)));
            return !key.isEmpty()
                    && statements.add(new NftStatement.RateOverByKey(matcher.group(2), key, rate(matcher, 3)));
        }
        return simple(expression);
    }

    /** What needs no register. */
    private boolean simple(String expression) {
        Matcher matcher = LIMIT.matcher(expression);
        if (matcher.matches()) {
            return statements.add(rate(matcher, 1));
        }
        matcher = COUNTER.matcher(expression);
        if (matcher.matches()) {
            counter = Optional.of(new RuleCounter(count(matcher.group(1)), count(matcher.group(2))));
            return statements.add(new NftStatement.Counter());
        }
        matcher = QUEUE.matcher(expression);
        if (matcher.matches()) {
            return statements.add(new NftStatement.Queue(number(matcher.group(1))));
        }
        matcher = GO.matcher(expression);
        if (matcher.matches()) {
            String chain = matcher.group(2);
            return statements.add(
                    matcher.group(1).equals("jump") ? new NftStatement.Jump(chain) : new NftStatement.Goto(chain));
        }
        return switch (expression) {
            case "immediate reg 0 accept" -> statements.add(new NftStatement.Accept());
            case "immediate reg 0 drop" -> statements.add(new NftStatement.Drop());
            case "notrack" -> statements.add(new NftStatement.Notrack());
            default -> false;
        };
    }

    /** The fields that lie there one after the other; empty when they are others than ours. */
    private static List<NftField> fields(String header, int offset, int length) {
        List<NftField> fields = new ArrayList<>();
        int at = offset;
        while (at < offset + length) {
            Optional<Map.Entry<Place, NftField>> next = Optional.empty();
            for (Map.Entry<Place, NftField> entry : FIELDS.entrySet()) {
                if (entry.getKey().header().equals(header) && entry.getKey().offset() == at) {
                    next = Optional.of(entry);
                }
            }
            if (next.isEmpty()) {
                return List.of();
            }
            fields.add(next.get().getValue());
            at += next.get().getKey().length();
        }
        return at == offset + length ? fields : List.of();
    }

    private boolean load(String register, List<NftField> fields) {
        return put(slot(register), new Content(fields, "", false));
    }

    /** What is overwritten before it was looked at would have matched for being there. */
    private boolean put(int slot, Content content) {
        slots.put(slot, content);
        for (int i = 1; content.map().isEmpty() && i < content.fields().size(); i++) {
            slots.remove(slot + i); // it reaches into these
        }
        return unused.put(slot, content) == null;
    }

    private Optional<Content> use(int slot) {
        unused.remove(slot);
        return Optional.ofNullable(slots.get(slot));
    }

    private boolean mask(int from, int to) {
        Optional<Content> content = use(from);
        return content.isPresent()
                && content.get().equals(new Content(List.of(INNER_VERSION), "", false))
                && put(to, new Content(List.of(INNER_VERSION), "", true));
    }

    private boolean compare(String operator, Optional<Content> content, byte[] octets) {
        if (content.isEmpty() || !content.get().map().isEmpty()) {
            return false;
        }
        Relation relation =
                switch (operator) {
                    case "eq" -> Relation.EQUAL;
                    case "neq" -> Relation.NOT_EQUAL;
                    case "gte" -> Relation.AT_LEAST;
                    default -> Relation.AT_MOST;
                };
        List<NftField> fields = content.get().fields();
        if (fields.size() > 1 && relation != Relation.EQUAL) {
            return false;
        }
        int at = 0;
        for (NftField field : fields) {
            int length = length(field);
            if (at + length > octets.length) {
                return false;
            }
            int value = 0;
            for (int i = 0; i < length; i++) {
                value = (value << Byte.SIZE) | (octets[at + i] & 0xff);
            }
            at += length;
            if (field == INNER_VERSION) {
                if (!content.get().masked() || (value & 0xf) != 0) {
                    return false;
                }
                value >>>= 4;
            }
            statements.add(new NftStatement.Compare(field, relation, value));
        }
        return true;
    }

    private static int length(NftField field) {
        return field == L4PROTO
                ? 1
                : FIELDS.entrySet().stream()
                        .filter(entry -> entry.getValue() == field)
                        .mapToInt(entry -> entry.getKey().length())
                        .findFirst()
                        .orElseThrow();
    }

    private boolean lookup(Matcher matcher) {
        boolean member = !"1".equals(matcher.group(4));
        String set = matcher.group(2);
        List<NftField> key = key(set, slot(matcher.group(1)));
        if (key.isEmpty()) {
            return false;
        }
        if (matcher.group(3) == null) {
            return statements.add(new NftStatement.Lookup(key, member, set));
        }
        boolean address = Optional.of(NftType.IPV4_ADDR)
                .equals(Objects.requireNonNull(sets.get(set)).data());
        return member && address && put(slot(matcher.group(3)), new Content(key, set, false));
    }

    /** What the registers have for a key of the set; empty when it is not from fields of the right lengths. */
    private List<NftField> key(String name, int slot) {
        NftSet set = sets.get(name);
        List<NftField> key = new ArrayList<>();
        for (int i = 0; set != null && i < set.key().size(); i++) {
            Optional<Content> content = use(slot + i);
            boolean fits = content.isPresent()
                    && content.get().map().isEmpty()
                    && content.get().fields().size() == 1
                    && length(content.get().fields().get(0)) == set.key().get(i).length();
            if (!fits) {
                return List.of();
            }
            key.addAll(content.get().fields());
        }
        return key;
    }

    private boolean write(Optional<Content> content, NftField field) {
        return content.isPresent()
                && !content.get().map().isEmpty()
                && statements.add(new NftStatement.Rewrite(
                        field, content.get().fields(), content.get().map()));
    }

    private static NftStatement.RateOver rate(Matcher matcher, int group) {
        return new NftStatement.RateOver(number(matcher.group(group)), number(matcher.group(group + 1)));
    }

    /** Large registers are four small ones each; slots count the small ones. */
    private static int slot(String register) {
        int number = number(register);
        return number >= FIRST_SMALL_REGISTER ? number - FIRST_SMALL_REGISTER : (number - 1) * SLOTS_IN_LARGE_REGISTER;
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }

    private static long count(String digits) {
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            return -1; // the largest
        }
    }
}
