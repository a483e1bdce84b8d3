package io.ipipou.backend.iproute2;

import io.ipipou.backend.iproute2.NftSnapshot.TableObject;
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
 * Parses the output of {@code nft -y -a --debug=netlink list table}: first the expressions of every rule as the kernel has
 * them, then the table in nft's language. Rules are taken from the former, chains, sets and elements from the latter; a
 * rule's handle connects the two. Not thread-safe.
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
    private final Map<String, List<String>> expressionsByHandle = new HashMap<>();
    private NftDataFormat format = NftDataFormat.WORDS;
    private final List<TableObject> objects = new ArrayList<>();
    private final Map<String, NftSet> sets = new HashMap<>();
    private final List<NftChain> chains = new ArrayList<>();
    private final Set<NftElement> elements = new HashSet<>();
    private final Map<String, RuleCounter> counters = new HashMap<>();

    NftListing(String name, String output) {
        this.name = name;
        this.lines = output.lines().toList();
    }

    /** @throws BackendException if the output does not contain the table */
    NftSnapshot snapshot() throws BackendException {
        int start = 0;
        while (start < lines.size() && !lines.get(start).startsWith("table ip " + name + " {")) {
            start++;
        }
        if (start == lines.size()) {
            throw new BackendException("the output of nft is not the table " + name);
        }
        readExpressions(lines.subList(0, start));
        format = NftDataFormat.of(expressionsByHandle.values());
        // Decoding a rule requires the types of the sets that it uses.
        List<Block> blocks = blocks(lines.subList(start + 1, lines.size()));
        blocks.stream().filter(block -> !block.isChain()).forEach(this::readObject);
        blocks.stream().filter(Block::isChain).forEach(this::readChain);
        expressionsByHandle.forEach((handle, expressions) -> addUnknown("rule handle " + handle, expressions));
        return new NftSnapshot(new NftTable(name, List.copyOf(sets.values()), chains), objects, elements, counters);
    }

    /** An object of the table and the lines between its braces. */
    private record Block(String kind, String name, List<String> lines) {
        boolean isChain() {
            return kind.equals("chain");
        }
    }

    /**
     * nft reads sets first, and starts over after an interrupted dump; the last attempt counts. A line of a rule that is
     * not an expression is kept, which makes the rule an unknown one.
     */
    private void readExpressions(List<String> output) {
        Optional<List<String>> expressions = Optional.empty();
        for (String line : output) {
            Matcher rule = RULE.matcher(line);
            Matcher expression = EXPRESSION.matcher(line);
            if (line.startsWith("ip " + name + " @")) {
                expressionsByHandle.clear();
                expressions = Optional.empty();
            } else if (rule.matches()) {
                expressions = Optional.of(new ArrayList<>());
                expressionsByHandle.put(rule.group(1), expressions.get());
            } else if (line.isEmpty() || line.startsWith(USERDATA)) {
                expressions = Optional.empty();
            } else {
                expressions.ifPresent(list ->
                        list.add(expression.matches() ? expression.group(1).strip() : line));
            }
        }
    }

    private List<Block> blocks(List<String> output) {
        List<Block> blocks = new ArrayList<>();
        List<String> inside = new ArrayList<>();
        for (String line : output) {
            if (line.startsWith("\t\t")) {
                inside.add(line.strip());
            } else if (line.startsWith("\t") && line.contains("{")) {
                String head = line.substring(1, line.indexOf('{')).strip();
                Matcher matcher = HEAD.matcher(head);
                inside = new ArrayList<>();
                if (matcher.matches()) {
                    blocks.add(new Block(matcher.group(1), matcher.group(2), inside));
                } else {
                    addUnknown(head, List.of());
                }
            } else if (line.startsWith("\t")
                    && !line.equals("\t}")
                    && !COMMENT.matcher(line.strip()).matches()) {
                addUnknown(line.strip(), List.of("on the table"));
            }
        }
        return blocks;
    }

    /** Represents an unsupported object as a chain; with a space in its name it cannot be confused with a real one. */
    private void addUnknown(String what, List<String> text) {
        NftStatement unknown = new NftStatement.Unknown(text.isEmpty() ? what : String.join("; ", text));
        chains.add(new NftChain(what, Optional.empty(), List.of(new NftRule("", List.of(unknown)))));
    }

    private void readObject(Block block) {
        objects.add(new TableObject(block.kind(), block.name()));
        boolean isSet = block.kind().equals("set") || block.kind().equals("map");
        NftSetListing listing = new NftSetListing(name, block.name(), block.lines());
        Optional<NftSet> set = isSet ? listing.set() : Optional.empty();
        Optional<Set<NftElement>> listed = set.flatMap(listing::elements);
        if (set.isEmpty() || listed.isEmpty()) {
            addUnknown(block.kind() + " " + block.name(), isSet ? listing.description() : List.of());
        } else {
            sets.put(block.name(), set.get());
            elements.addAll(listed.get());
        }
    }

    private void readChain(Block block) {
        objects.add(new TableObject(block.kind(), block.name()));
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
        List<String> expressions = expressionsByHandle.remove(handle);
        if (expressions == null) {
            return unknown(text);
        }
        NftRuleDecoder decoder = new NftRuleDecoder(sets, format);
        Optional<List<NftStatement>> decoded = decoder.decode(expressions);
        if (!comment.isEmpty()) {
            decoder.counter().ifPresent(counter -> counters.put(comment, counter));
        }
        return decoded.map(list -> new NftRule(comment, list))
                .orElseGet(() -> new NftRule(comment, unknown(statements).statements()));
    }

    /** Without counts, which differ from one reading to the next. */
    private static NftRule unknown(String text) {
        String withoutCounts = COUNTS.matcher(text).replaceAll("counter");
        return new NftRule("", List.of(new NftStatement.Unknown(withoutCounts)));
    }
}
