package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Makes {@link Node}s of YAML 1.2 text. It reads the parser's events and not the library's composed nodes, because the
 * composer descends without a limit and does not report a repeated key.
 */
final class YamlReader {

    static final int MAX_DEPTH = 50;

    /** Nodes that aliases can expand to in all; a YAML bomb asks for billions. */
    static final int MAX_ALIASED = 100_000;

    /** Of a mapping or list; only sections, of which there are a few, can have more. */
    static final int MAX_ENTRIES = 50_000;

    private record Anchored(Node node, int size) {}

    private final SourceText source;
    private final Problems problems;
    private final Parser events;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private int nodes;
    private int aliased;
    private Position last;

    /** Of the last event, in code points. */
    private int lastEnd;

    private boolean hasOddSpaces;

    private YamlReader(SourceText source, Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(source.name())
                .setCodePointLimit(Integer.MAX_VALUE)
                .build();
        this.source = source;
        this.last = source.position(0);
        this.problems = problems;
        this.events = new ParserImpl(settings, new StreamReader(settings, source.text()));
    }

    /** The only document of the text. */
    static Node read(SourceText source, Problems problems) throws ConfigException {
        YamlReader reader = new YamlReader(source, problems);
        try {
            Node root = reader.document();
            reader.throwIfOddSpaces();
            return root;
        } catch (YamlEngineException e) {
            reader.throwIfOddSpaces();
            throw SyntaxError.report(e, reader.lastEnd, source, problems);
        } catch (IllegalArgumentException e) { // the scanner's, of an escape that ends too early or is no character
            throw problems.fatal(
                    reader.last, NodePath.ROOT, "after this is an invalid escape", "write \\\\ for a backslash");
        }
    }

    /** What they make of the file is not what its author sees, and would be reported as other mistakes. */
    private void throwIfOddSpaces() throws ConfigException {
        if (hasOddSpaces) {
            problems.throwIfAny();
        }
    }

    private Node document() throws ConfigException {
        events.next();
        if (events.checkEvent(Event.ID.StreamEnd)) {
            throw problems.fatal(
                    source.position(0), NodePath.ROOT, "the file is empty", "write at least apiVersion and tunnels");
        }
        events.next();
        Node root = node(NodePath.ROOT, 0);
        events.next();
        if (!events.checkEvent(Event.ID.StreamEnd)) {
            throw problems.fatal(
                    position(events.next()), NodePath.ROOT, "a second document begins here", "remove it, or the '---'");
        }
        return root;
    }

    private Node node(NodePath path, int depth) throws ConfigException {
        Event event = events.next();
        last = position(event);
        lastEnd = event.getEndMark().map(Mark::getIndex).orElse(lastEnd);
        if (event instanceof AliasEvent alias) {
            return alias(alias, path);
        }
        if (depth > MAX_DEPTH) {
            throw problems.fatal(
                    position(event),
                    NodePath.ROOT,
                    "this is nested more than " + MAX_DEPTH + " levels deep",
                    "remove brackets");
        }
        int before = nodes++;
        Node node = content(event, path, depth);
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, new Anchored(node, nodes - before)));
        return node;
    }

    private Node content(Event event, NodePath path, int depth) throws ConfigException {
        if (event instanceof ScalarEvent scalar) {
            return scalar(scalar, path.upToAuthEntry());
        }
        Scalars.checkTag(((CollectionStartEvent) event).getTag(), position(event), path.upToAuthEntry(), problems);
        return event.getEventId() == Event.ID.MappingStart
                ? new Node.Mapping(position(event), entries(path, depth))
                : new Node.Sequence(position(event), items(path, depth));
    }

    private Node scalar(ScalarEvent event, NodePath path) {
        if (event.isPlain() && OddSpaces.anyIn(event.getValue())) {
            String text = source.text();
            int start = text.offsetByCodePoints(
                    0, event.getStartMark().map(Mark::getIndex).orElse(0));
            int odd = OddSpaces.first(text, start, text.length());
            problems.error(source.position(odd), path, OddSpaces.describe(source, odd), OddSpaces.INSTEAD);
            hasOddSpaces = true;
        }
        return Scalars.read(event, position(event), path, problems);
    }

    private List<Node> items(NodePath path, int depth) throws ConfigException {
        List<Node> items = new ArrayList<>();
        while (!events.checkEvent(Event.ID.SequenceEnd)) {
            limit(items.size(), path, depth);
            items.add(node(path.index(items.size()), depth + 1));
        }
        events.next();
        return items;
    }

    private Map<String, Node.Entry> entries(NodePath path, int depth) throws ConfigException {
        Map<String, Node.Entry> entries = new LinkedHashMap<>();
        while (!events.checkEvent(Event.ID.MappingEnd)) {
            limit(entries.size(), path, depth);
            Position at = position(events.peekEvent());
            Optional<String> key = key(node(path, depth + 1), at, path);
            Node value = node(key.map(path::key).orElse(path), depth + 1);
            if (key.isEmpty()) {
                continue;
            }
            Node.Entry first = entries.putIfAbsent(key.get(), new Node.Entry(at, value));
            if (first != null) {
                NodePath shown = path.key(key.get()).upToAuthEntry();
                String subject = shown.equals(path) ? "has a setting that " : "";
                String where = first.key().line() + ":" + first.key().column();
                problems.error(at, shown, subject + "is already set at " + where, "keep one of the two");
            }
        }
        events.next();
        return entries;
    }

    private void limit(int size, NodePath path, int depth) throws ConfigException {
        if (depth != 1 && size >= MAX_ENTRIES) {
            throw problems.fatal(
                    position(events.peekEvent()),
                    path.upToAuthEntry(),
                    "has more than " + MAX_ENTRIES + " entries",
                    "remove some");
        }
    }

    private Optional<String> key(Node node, Position at, NodePath path) {
        if (node instanceof Node.Scalar scalar) {
            return Optional.of(scalar.text());
        }
        String message = "has a key that is " + node.kind().noun();
        problems.error(at, path.upToAuthEntry(), message, "write a name");
        return Optional.empty();
    }

    private Node alias(AliasEvent event, NodePath path) throws ConfigException {
        Anchored target = anchors.get(event.getAlias());
        if (target == null) {
            throw problems.fatal(
                    position(event),
                    path.upToAuthEntry(),
                    "there is no anchor of this name before the alias",
                    "put text that begins with '*' in quotes");
        }
        nodes += target.size();
        aliased += target.size();
        if (aliased > MAX_ALIASED) {
            throw problems.fatal(
                    position(event),
                    path.upToAuthEntry(),
                    "aliases expand to more than " + MAX_ALIASED + " nodes",
                    "use defaults instead");
        }
        return target.node();
    }

    private Position position(Event event) {
        return event.getStartMark()
                .map(mark -> SyntaxError.position(source.name(), mark))
                .orElse(last);
    }
}
