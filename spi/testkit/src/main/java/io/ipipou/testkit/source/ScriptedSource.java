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
 * A configuration source in memory with one file, {@code hosts/hub.yaml}. The test adds revisions and moves the ref. It
 * keeps working after {@link #close}, so that one source serves several runs. Thread-safe.
 */
public final class ScriptedSource implements ConfigSource {

    private static final String PATH = "hosts/hub.yaml";

    public static final Signature TRUSTED = new Signature(Signature.Status.TRUSTED, "alice@example.net", "");
    public static final Signature UNTRUSTED =
            new Signature(Signature.Status.UNTRUSTED, "SHA256:abc", "the key is not known");

    @SuppressWarnings("ArrayRecordComponent") // commits are never compared
    private record Commit(Revision revision, byte[] content, Optional<String> parent) {}

    private final Map<String, Commit> commits = new LinkedHashMap<>();
    private String head = "";
    private Optional<String> fault = Optional.empty();
    private int fetches;
    private boolean closed;

    /** Adds an unsigned revision on top of the ref, and moves the ref to it. */
    public synchronized void commit(String id, String content) {
        commit(id, content.getBytes(StandardCharsets.UTF_8), Signature.NONE, Optional.of(head));
    }

    public synchronized void commit(String id, String content, Signature signature) {
        commit(id, content.getBytes(StandardCharsets.UTF_8), signature, Optional.of(head));
    }

    /** Moves the ref to an unsigned revision that does not descend from any other. */
    public synchronized void forcePush(String id, String content) {
        commit(id, content.getBytes(StandardCharsets.UTF_8), Signature.NONE, Optional.empty());
    }

    public synchronized void commit(String id, byte[] content, Signature signature, Optional<String> parent) {
        Revision revision =
                new Revision(id, "Alice <alice@example.net>", Instant.parse("2026-11-25T03:00:00Z"), signature);
        commits.put(id, new Commit(revision, content, parent));
        head = id;
    }

    /** Moves the ref to a revision that was committed before. */
    public synchronized void setHead(String id) {
        head = id;
    }

    /** Makes every call throw a {@link SourceException} with this message, until {@link #recover}. */
    public synchronized void fail(String message) {
        fault = Optional.of(message);
    }

    public synchronized void recover() {
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

    /** How many calls of {@link #fetch} reached the source, that is, came while it did not {@link #fail}. */
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
