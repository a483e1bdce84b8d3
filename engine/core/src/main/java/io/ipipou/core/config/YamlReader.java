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
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Makes {@link Node}s of YAML 1.2 text. It reads the parser's events and not the library's composed nodes, because the
 * composer descends without a limit and knows no key twice.
 */
final class YamlReader {

    static final int MAX_DEPTH = 50;

    /** Nodes that aliases may stand for altogether; a bomb asks for billions. */
    static final int MAX_ALIASED = 100_000;

    /** Of a mapping or list; only sections, of which there are a few, may have more. */
    static final int MAX_ENTRIES = 50_000;

    private record Anchored(Node node, int size) {}

    private final String file;
    private final Problems problems;
    private final Parser events;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private int nodes;
    private int aliased;
    private Position last;

    private YamlReader(String file, String text, Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(Integer.MAX_VALUE)
                .build();
        this.file = file;
        this.last = new Position(file, 1, 1);
        this.problems = problems;
        this.events = new ParserImpl(settings, new StreamReader(settings, text));
    }

    /** The only document of the text. */
    static Node read(String file, String text, Problems problems) throws ConfigException {
        YamlReader reader = new YamlReader(file, text, problems);
        try {
            return reader.document();
        } catch (YamlEngineException e) {
            throw SyntaxError.report(e, file, problems);
        } catch (IllegalArgumentException e) { // the scanner's, of an escape that ends too early or is no character
            throw problems.fatal(
                    reader.last, NodePath.ROOT, "after this is an escape that is none", "write \\\\ for a backslash");
        }
    }

    private Node document() throws ConfigException {
        events.next();
        if (events.checkEvent(Event.ID.StreamEnd)) {
            throw problems.fatal(
                    new Position(file, 1, 1),
                    NodePath.ROOT,
                    "the file is empty",
                    "write at least apiVersion and tunnels");
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
        if (event instanceof AliasEvent alias) {
            return alias(alias, path);
        }
        if (depth > MAX_DEPTH) {
            throw problems.fatal(
                    position(event),
                    NodePath.ROOT,
                    "this is nested more than " + MAX_DEPTH + " deep",
                    "remove brackets");
        }
        int before = nodes++;
        Node node = content(event, path, depth);
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, new Anchored(node, nodes - before)));
        return node;
    }

    private Node content(Event event, NodePath path, int depth) throws ConfigException {
        if (event instanceof ScalarEvent scalar) {
            return Scalars.read(scalar, position(event), path.upToAuthEntry(), problems);
        }
        Scalars.checkTag(((CollectionStartEvent) event).getTag(), position(event), path.upToAuthEntry(), problems);
        return event.getEventId() == Event.ID.MappingStart
                ? new Node.Mapping(position(event), entries(path, depth))
                : new Node.Sequence(position(event), items(path, depth));
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
                String subject = shown.equals(path) ? "a key of it " : "";
                String where = first.key().line() + ":" + first.key().column();
                problems.error(at, shown, subject + "is there twice, first at " + where, "keep one of the two");
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
                    "leave some out");
        }
    }

    private Optional<String> key(Node node, Position at, NodePath path) {
        if (node instanceof Node.Scalar scalar) {
            return Optional.of(scalar.text());
        }
        problems.error(at, path.upToAuthEntry(), "a key here is " + node.describe(), "write a name");
        return Optional.empty();
    }

    private Node alias(AliasEvent event, NodePath path) throws ConfigException {
        Anchored target = anchors.get(event.getAlias());
        if (target == null) {
            throw problems.fatal(
                    position(event),
                    path.upToAuthEntry(),
                    "no anchor of this name comes before the alias",
                    "quote text that begins with '*'");
        }
        nodes += target.size();
        aliased += target.size();
        if (aliased > MAX_ALIASED) {
            throw problems.fatal(
                    position(event),
                    path.upToAuthEntry(),
                    "aliases stand for more than " + MAX_ALIASED + " nodes",
                    "use defaults");
        }
        return target.node();
    }

    private Position position(Event event) {
        return SyntaxError.position(file, event.getStartMark()).orElse(new Position(file, 1, 1));
    }
}
