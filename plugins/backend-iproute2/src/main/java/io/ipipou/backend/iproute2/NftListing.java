package io.ipipou.backend.iproute2;

import io.ipipou.backend.iproute2.NftSnapshot.Part;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.RuleCounter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code nft -y -a --debug=netlink list table} printed: first the expressions of every rule as the kernel has them,
 * then the table in nft's language. Chains, sets and elements are taken from the latter, and rules from the former; the
 * handle joins them. Not safe for use by several threads.
 */
final class NftListing {

    private static final Pattern HANDLE = Pattern.compile("(.*?) ?# handle ([0-9]+)");
    private static final Pattern RULE = Pattern.compile("ip \\S+ \\S+ ([0-9]+)(?: [0-9]+)?\\s*");
    private static final Pattern EXPRESSION = Pattern.compile("  \\[ (.*) ]");
    private static final Pattern COMMENT = Pattern.compile("(?:(.*) )?comment \"([^\"]*)\"");
    private static final Pattern HEAD = Pattern.compile("((?:ct )?\\S+) (\\S+)");
    private static final Pattern COUNTS = Pattern.compile("counter packets [0-9]+ bytes [0-9]+");
    private static final String USERDATA = "  userdata = ";
    private static final Pattern BASE =
            Pattern.compile("type (\\w+) hook (\\w+) priority (-?[0-9]{1,9}); policy (accept|drop);");

    private final String name;
    private final List<String> lines;
    private final Map<String, List<String>> codes = new HashMap<>();
    private NftDataFormat data = NftDataFormat.NUMBERS;
    private final List<Part> parts = new ArrayList<>();
    private final Map<String, NftSet> sets = new HashMap<>();
    private final List<NftChain> chains = new ArrayList<>();
    private final Set<NftElement> elements = new HashSet<>();
    private final Map<String, RuleCounter> counters = new HashMap<>();

    NftListing(String name, String printed) {
        this.name = name;
        this.lines = printed.lines().toList();
    }

    /** @throws BackendException when there is no table in it */
    NftSnapshot snapshot() throws BackendException {
        int start = 0;
        while (start < lines.size() && !lines.get(start).startsWith("table ip " + name + " {")) {
            start++;
        }
        if (start == lines.size()) {
            throw new BackendException("nft printed something that is not the table " + name);
        }
        readCodes(lines.subList(0, start));
        data = NftDataFormat.of(codes.values());
        // Rules tell fields apart by the sets' types, so that sets come first, as they do in a listing, too.
        List<Block> blocks = blocks(lines.subList(start + 1, lines.size()));
        blocks.stream().filter(block -> !block.isChain()).forEach(this::readPart);
        blocks.stream().filter(Block::isChain).forEach(this::readChain);
        codes.forEach((handle, unseen) -> note("rule handle " + handle, unseen));
        return new NftSnapshot(new NftTable(name, List.copyOf(sets.values()), chains), parts, elements, counters);
    }

    /** An object of the table, with what is in it. */
    private record Block(String kind, String name, List<String> lines) {
        boolean isChain() {
            return kind.equals("chain");
        }
    }

    /**
     * Sets come first in each reading of the kernel; a reading that was interrupted begins again, and the last counts. What
     * stands in a rule and is no expression stays, so that it is not overlooked.
     */
    private void readCodes(List<String> printed) {
        Optional<List<String>> expressions = Optional.empty();
        for (String line : printed) {
            Matcher rule = RULE.matcher(line);
            Matcher expression = EXPRESSION.matcher(line);
            if (line.startsWith("ip " + name + " @")) {
                codes.clear();
                expressions = Optional.empty();
            } else if (rule.matches()) {
                expressions = Optional.of(new ArrayList<>());
                codes.put(rule.group(1), expressions.get());
            } else if (line.isEmpty() || line.startsWith(USERDATA)) {
                expressions = Optional.empty();
            } else {
                expressions.ifPresent(list ->
                        list.add(expression.matches() ? expression.group(1).strip() : line));
            }
        }
    }

    private List<Block> blocks(List<String> printed) {
        List<Block> blocks = new ArrayList<>();
        List<String> inside = new ArrayList<>();
        for (String line : printed) {
            if (line.startsWith("\t\t")) {
                inside.add(line.strip());
            } else if (line.startsWith("\t") && line.contains("{")) {
                String head = line.substring(1, line.indexOf('{')).strip();
                Matcher matcher = HEAD.matcher(head);
                inside = new ArrayList<>();
                if (matcher.matches()) {
                    blocks.add(new Block(matcher.group(1), matcher.group(2), inside));
                } else {
                    note(head, List.of());
                }
            } else if (line.startsWith("\t")
                    && !line.equals("\t}")
                    && !COMMENT.matcher(line.strip()).matches()) {
                note(line.strip(), List.of("on the table"));
            }
        }
        return blocks;
    }

    /** What the records have no place for; a chain's name has no space, so that it is no other's. */
    private void note(String what, List<String> text) {
        NftStatement unknown = new NftStatement.Unknown(text.isEmpty() ? what : String.join("; ", text));
        chains.add(new NftChain(what, Optional.empty(), List.of(new NftRule("", List.of(unknown)))));
    }

    private void readPart(Block block) {
        parts.add(new Part(block.kind(), block.name()));
        boolean isSet = block.kind().equals("set") || block.kind().equals("map");
        NftSetListing listing = new NftSetListing(name, block.name(), block.lines());
        Optional<NftSet> set = isSet ? listing.set() : Optional.empty();
        Optional<Set<NftElement>> there = set.flatMap(listing::elements);
        if (set.isEmpty() || there.isEmpty()) {
            note(block.kind() + " " + block.name(), isSet ? listing.description() : List.of());
        } else {
            sets.put(block.name(), set.get());
            elements.addAll(there.get());
        }
    }

    private void readChain(Block block) {
        parts.add(new Part(block.kind(), block.name()));
        Optional<NftChain.Base> base = Optional.empty();
        List<NftRule> rules = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String line : block.lines()) {
            Matcher handle = HANDLE.matcher(line);
            text.append(text.isEmpty() ? "" : " ");
            if (handle.matches()) {
                rules.add(rule(text.append(handle.group(1)).toString(), handle.group(2)));
                text.setLength(0);
            } else if (text.isEmpty() && line.startsWith("type ")) {
                base = base(line);
                if (base.isEmpty()) {
                    rules.add(unknown(line));
                }
            } else if (!text.isEmpty() || !COMMENT.matcher(line).matches()) {
                text.append(line);
            }
        }
        if (!text.isEmpty()) {
            rules.add(unknown(text.toString()));
        }
        chains.add(new NftChain(block.name(), base, rules));
    }

    private static Optional<NftChain.Base> base(String line) {
        Matcher matcher = BASE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        for (NftChain.Hook hook : NftChain.Hook.values()) {
            if (hook.toString().equals(matcher.group(2).toLowerCase(Locale.ROOT))) {
                return Optional.of(new NftChain.Base(
                        matcher.group(1),
                        hook,
                        Integer.parseInt(matcher.group(3)),
                        matcher.group(4).equals("accept")));
            }
        }
        return Optional.empty();
    }

    private NftRule rule(String text, String handle) {
        Matcher commented = COMMENT.matcher(text);
        boolean hasComment = commented.matches();
        String comment = hasComment ? commented.group(2) : "";
        String statements = hasComment ? Optional.ofNullable(commented.group(1)).orElse("") : text;
        List<String> code = codes.remove(handle);
        if (code == null) {
            return unknown(text);
        }
        NftRuleDecoder decoder = new NftRuleDecoder(sets, data);
        Optional<List<NftStatement>> decoded = decoder.decode(code);
        if (!comment.isEmpty()) {
            decoder.counter().ifPresent(counter -> counters.put(comment, counter));
        }
        return decoded.map(list -> new NftRule(comment, list))
                .orElseGet(() -> new NftRule(comment, unknown(statements).statements()));
    }

    /** Without what it has counted, which differs from one reading to the next. */
    private static NftRule unknown(String text) {
        String still = COUNTS.matcher(text).replaceAll("counter");
        return new NftRule("", List.of(new NftStatement.Unknown(still)));
    }
}
