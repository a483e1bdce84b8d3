package io.ipipou.testkit.source;

import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Fetched;
import io.ipipou.spi.source.Revision;
import io.ipipou.spi.source.Signature;
import io.ipipou.spi.source.SourceException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A source in memory, whose ref the test moves. Its one file is {@code hosts/hub.yaml}; it outlives being closed. Safe for
 * use by several threads.
 */
public final class ScriptedSource implements ConfigSource {

    private static final String PATH = "hosts/hub.yaml";

    public static final Signature TRUSTED = new Signature(Signature.Status.TRUSTED, "alice@example.net", "");
    public static final Signature STRANGE =
            new Signature(Signature.Status.UNTRUSTED, "SHA256:abc", "the key is not known");

    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Commit(Revision revision, byte[] content, Optional<String> parent) {}

    private final Map<String, Commit> commits = new LinkedHashMap<>();
    private String head = "";
    private Optional<String> fault = Optional.empty();
    private int fetches;
    private boolean closed;

    /** On top of what the ref is at. */
    public synchronized void commit(String id, String content) {
        commit(id, content.getBytes(StandardCharsets.UTF_8), Signature.NONE, Optional.of(head));
    }

    public synchronized void commit(String id, String content, Signature signature) {
        commit(id, content.getBytes(StandardCharsets.UTF_8), signature, Optional.of(head));
    }

    /** That has nothing to do with what was there. */
    public synchronized void forcePush(String id, String content) {
        commit(id, content.getBytes(StandardCharsets.UTF_8), Signature.NONE, Optional.empty());
    }

    public synchronized void commit(String id, byte[] content, Signature signature, Optional<String> parent) {
        Revision revision =
                new Revision(id, "Alice <alice@example.net>", Instant.parse("2026-11-25T03:00:00Z"), signature);
        commits.put(id, new Commit(revision, content, parent));
        head = id;
    }

    public synchronized void moveTo(String id) {
        head = id;
    }

    public synchronized void goDown(String why) {
        fault = Optional.of(why);
    }

    public synchronized void comeBack() {
        fault = Optional.empty();
    }

    @Override
    public synchronized String head() throws SourceException {
        check();
        return head;
    }

    @Override
    public synchronized Fetched fetch(Optional<String> since) throws SourceException {
        check();
        fetches++;
        Commit commit = Optional.ofNullable(commits.get(head)).orElseThrow(() -> new SourceException("no such ref"));
        return new Fetched(commit.revision(), PATH, commit.content(), since.isEmpty() || descends(head, since.get()));
    }

    private boolean descends(String from, String to) {
        return from.equals(to)
                || Optional.ofNullable(commits.get(from))
                        .flatMap(Commit::parent)
                        .map(parent -> descends(parent, to))
                        .orElse(false);
    }

    /** How often content was got. */
    public synchronized int fetches() {
        return fetches;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    private void check() throws SourceException {
        if (fault.isPresent()) {
            throw new SourceException(fault.get());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
