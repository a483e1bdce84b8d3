package io.ipipou.backend.iproute2;

import static io.ipipou.spi.state.NftField.INNER_VERSION;
import static io.ipipou.spi.state.NftField.IP_DADDR;
import static io.ipipou.spi.state.NftField.IP_SADDR;
import static io.ipipou.spi.state.NftField.L4PROTO;

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
 * Decodes the expressions of one rule, in libnftnl's notation, into statements: follows each value from its load into a
 * register to its use. Not thread-safe.
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

    /**
     * The content of a 32-bit register.
     *
     * @param fields the consecutive fields of one load, or the key of a lookup
     * @param map the map that the value was looked up in; empty if it was loaded from the packet
     * @param masked whether the low 4 bits were cleared
     */
    private record Content(List<NftField> fields, String map, boolean masked) {}

    private final Map<String, NftSet> sets;
    private final NftDataFormat format;
    private final Map<Integer, Content> slots = new HashMap<>();
    private final Map<Integer, Content> unused = new HashMap<>();
    private final List<NftStatement> statements = new ArrayList<>();
    private Optional<RuleCounter> counter = Optional.empty();

    /** @param sets by name; their types determine how many registers a key takes */
    NftRuleDecoder(Map<String, NftSet> sets, NftDataFormat format) {
        this.sets = sets;
        this.format = format;
    }

    /** Empty if the rule contains something that {@link NftStatement} cannot represent. */
    Optional<List<NftStatement>> decode(List<String> expressions) {
        for (String expression : expressions) {
            if (!step(expression)) {
                return Optional.empty();
            }
        }
        return unused.isEmpty() ? Optional.of(List.copyOf(statements)) : Optional.empty();
    }

    /** The counter of the rule, if it has one. */
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
            List<NftField> fields =
                    NftPayloadField.covering(matcher.group(2), number(matcher.group(3)), number(matcher.group(1)));
            return !fields.isEmpty() && load(matcher.group(4), fields);
        }
        matcher = BITWISE.matcher(expression);
        if (matcher.matches()) {
            boolean keepsHighBits =
                    format.parse(matcher.group(3))[0] == (byte) 0xf0 && format.parse(matcher.group(4))[0] == 0;
            return keepsHighBits && mask(slot(matcher.group(2)), slot(matcher.group(1)));
        }
        matcher = COMPARE.matcher(expression);
        if (matcher.matches()) {
            return compare(matcher.group(1), use(slot(matcher.group(2))), format.parse(matcher.group(3)));
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

    /** Expressions that use no register. */
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

    private boolean load(String register, List<NftField> fields) {
        return put(slot(register), new Content(fields, "", false));
    }

    /** Fails if an unused value is overwritten: its load ends the rule for a short packet, so it cannot be ignored. */
    private boolean put(int slot, Content content) {
        slots.put(slot, content);
        for (int i = 1; content.map().isEmpty() && i < content.fields().size(); i++) {
            slots.remove(slot + i); // the load covers these too
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

    private boolean compare(String operator, Optional<Content> content, byte[] data) {
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
            int length = NftPayloadField.length(field);
            if (at + length > data.length) {
                return false;
            }
            int value = 0;
            for (int i = 0; i < length; i++) {
                value = (value << Byte.SIZE) | (data[at + i] & 0xff);
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

    /** The fields in the registers of a key for the set; empty if their lengths do not match. */
    private List<NftField> key(String name, int slot) {
        NftSet set = sets.get(name);
        List<NftField> key = new ArrayList<>();
        for (int i = 0; set != null && i < set.key().size(); i++) {
            Optional<Content> content = use(slot + i);
            boolean fits = content.isPresent()
                    && content.get().map().isEmpty()
                    && content.get().fields().size() == 1
                    && NftPayloadField.length(content.get().fields().get(0))
                            == set.key().get(i).length();
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

    /** A 128-bit register consists of four 32-bit ones, which slots count. */
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
            return -1; // 2^64 - 1
        }
    }
}
