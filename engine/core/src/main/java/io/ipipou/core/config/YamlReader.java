package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
            throw fatal(
                    source.position(0), NodePath.ROOT, "the file is empty", "write at least apiVersion and tunnels");
        }
        events.next();
        Node root = node(NodePath.ROOT, 0);
        events.next();
        if (!events.checkEvent(Event.ID.StreamEnd)) {
            throw fatal(
                    position(events.next()), NodePath.ROOT, "a second document begins here", "remove it, or the '---'");
        }
        return root;
    }

    private ConfigException fatal(Position at, NodePath path, String message, String instead) {
        return problems.fatal(at, path.upToAuthEntry(), message, instead);
    }

    private Node node(NodePath path, int depth) throws ConfigException {
        Event event = events.next();
        Position at = position(event);
        last = at;
        lastEnd = event.getEndMark().map(Mark::getIndex).orElse(lastEnd);
        if (event instanceof AliasEvent alias) {
            return alias(alias, path);
        }
        if (depth > MAX_DEPTH) {
            String message = "this is nested more than " + MAX_DEPTH + " levels deep";
            throw fatal(at, NodePath.ROOT, message, "remove brackets");
        }
        int before = nodes++;
        Node node = content(event, at, path, depth);
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, new Anchored(node, nodes - before)));
        return node;
    }

    private Node content(Event event, Position at, NodePath path, int depth) throws ConfigException {
        if (event instanceof ScalarEvent scalar) {
            checkSpaces(scalar, path);
            return Scalars.read(scalar, at, path, problems);
        }
        Scalars.checkTag(((CollectionStartEvent) event).getTag(), at, path, problems);
        return event.getEventId() == Event.ID.MappingStart
                ? Node.mapping(path, at, entries(path, depth))
                : Node.list(path, at, items(path, depth));
    }

    private void checkSpaces(ScalarEvent event, NodePath path) {
        if (event.isPlain() && OddSpaces.anyIn(event.getValue())) {
            int start = event.getStartMark().map(Mark::getIndex).orElse(0);
            int odd = OddSpaces.first(source.text(), source.text().offsetByCodePoints(0, start));
            problems.error(
                    source.position(odd), path.upToAuthEntry(), OddSpaces.describe(source, odd), OddSpaces.INSTEAD);
            hasOddSpaces = true;
        }
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

    private Map<String, Node> entries(NodePath path, int depth) throws ConfigException {
        Map<String, Node> entries = new LinkedHashMap<>();
        while (!events.checkEvent(Event.ID.MappingEnd)) {
            limit(entries.size(), path, depth);
            Position at = position(events.peekEvent());
            Node key = node(path, depth + 1);
            Node value = node(key.isScalar() ? path.key(key.text()) : path, depth + 1);
            if (key.isScalar()) {
                Node first = entries.putIfAbsent(key.text(), value.under(at));
                if (first != null) {
                    repeated(first, at, value.path().upToAuthEntry());
                }
            } else {
                problems.error(at, path.upToAuthEntry(), "has a key that is " + key.kind().noun, "write a name");
            }
        }
        events.next();
        return entries;
    }

    private void repeated(Node first, Position at, NodePath shown) {
        String subject = first.path().inAuthEntry() ? "has a setting that " : "";
        String place = first.key().line() + ":" + first.key().column();
        problems.error(at, shown, subject + "is already set at " + place, "keep one of the two");
    }

    private void limit(int size, NodePath path, int depth) throws ConfigException {
        if (depth != 1 && size >= MAX_ENTRIES) {
            throw fatal(position(events.peekEvent()), path, "has more than " + MAX_ENTRIES + " entries", "remove some");
        }
    }

    private Node alias(AliasEvent event, NodePath path) throws ConfigException {
        Anchored target = anchors.get(event.getAlias());
        if (target == null) {
            String message = "there is no anchor of this name before the alias";
            throw fatal(position(event), path, message, "put text that begins with '*' in quotes");
        }
        nodes += target.size();
        aliased += target.size();
        if (aliased > MAX_ALIASED) {
            String message = "aliases expand to more than " + MAX_ALIASED + " nodes";
            throw fatal(position(event), path, message, "use defaults instead");
        }
        return target.node().copyTo(path);
    }

    private Position position(Event event) {
        return event.getStartMark()
                .map(mark -> SyntaxError.position(source.name(), mark))
                .orElse(last);
    }
}
