package io.ipipou.agent.event;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What programs that read the log may rely on: each event's name, level and fields, as docs/operations.md lists them. The
 * text is for people and may change.
 */
public enum Event {
    AGENT_READY("agent.ready", Level.INFO, "the agent is ready ({})", "file"),
    AGENT_UNWELL(
            "agent.unwell",
            Level.ERROR,
            "a part of the agent does not answer: the service manager is not told that all is well"),
    AGENT_DEAF("agent.deaf", Level.ERROR, "no proof is received any more: {}", "reason"),
    METRICS_SERVED("metrics.served", Level.INFO, "metrics are served at {}", "address"),
    METRICS_FAILED("metrics.failed", Level.WARN, "metrics could not be given: {}", "reason"),
    CONFIG_APPLIED("config.applied", Level.INFO, "{} was read again and is in force", "file"),
    CONFIG_REFUSED("config.refused", Level.ERROR, "{}\nwhat was in force stays so", "reason", "file"),
    REVISION_APPLIED("revision.applied", Level.INFO, "{} by {} is in force", "file", "author"),
    REVISION_REFUSED(
            "revision.refused", Level.ERROR, "{} by {} is refused: {}\n{}", "file", "author", "reason", "instead"),
    SOURCE_LOST("source.lost", Level.WARN, "{}\n{}", "reason", "instead"),
    SOURCE_BACK("source.back", Level.INFO, "{} can be had again", "source"),
    APPLY_CHANGE("apply.change", Level.INFO, "{} {}", "action", "resource"),
    APPLY_CONFLICT("apply.conflict", Level.ERROR, "{}: {}", "resource", "reason"),
    APPLY_REFUSED("apply.refused", Level.ERROR, "{}: {}", "resource", "reason"),
    APPLY_DONE(
            "apply.done",
            Level.INFO,
            "the host is as it should be: {} added, {} changed, {} destroyed",
            "added",
            "changed",
            "destroyed"),
    APPLY_FAILED(
            "apply.failed",
            Level.ERROR,
            "the host is not as it should be: {} writes failed, {} conflicts",
            "failed",
            "conflicts"),
    DRIFT_FOUND("drift.found", Level.WARN, "the host differs, and is left so: {}", "resources"),
    DRIFT_GONE("drift.gone", Level.INFO, "the host is as it should be again"),
    DRIFT_REPAIRED("drift.repaired", Level.INFO, "mended what somebody else changed: {}", "resources"),
    DRIFT_FOUGHT(
            "drift.fought",
            Level.WARN,
            "something undoes our repairs of {}: {} repairs in {} s, none of which held; from now on they wait, up to {} s"
                    + " (find out what else manages these, and stop it)",
            "resources",
            "repairs",
            "seconds",
            "longest"),
    DRIFT_SETTLED(
            "drift.settled",
            Level.WARN,
            "nothing undoes our repairs of {} any more: the last of {} repairs in {} s has held",
            "resources",
            "repairs",
            "seconds"),
    DRIFT_UNSEEN("drift.unseen", Level.WARN, "the host could not be looked at or mended: {}", "reason"),
    NAMES_CHANGED("names.changed", Level.INFO, "the addresses of {} changed", "names"),
    PEER_ADMITTED("peer.admitted", Level.INFO, "{}: its peer is at {}", "tunnel", "endpoint"),
    PEER_MOVED("peer.moved", Level.INFO, "{}: its peer is at {}, no longer at {}", "tunnel", "endpoint", "before"),
    PEER_DISPLACED("peer.displaced", Level.INFO, "{}: its endpoint {} is {}'s now", "tunnel", "endpoint", "by"),
    PEER_CLASH(
            "peer.clash",
            Level.WARN,
            "{}: its peer proved itself from {}, where the file says that another peer is",
            "tunnel",
            "endpoint"),
    PEER_FAILED(
            "peer.failed", Level.ERROR, "{}: its peer at {} could not be let in: {}", "tunnel", "endpoint", "reason"),
    PEER_REFUSED("peer.refused", Level.DEBUG, "refused a packet from {} ({}): {}", "endpoint", "tunnel", "reason"),
    REPLY_FAILED("reply.failed", Level.WARN, "{}: no reply could be sent to {}: {}", "tunnel", "endpoint", "reason"),
    PROOF_FAILED("proof.failed", Level.WARN, "{}: no proof could be sent to {}: {}", "tunnel", "endpoint", "reason"),
    SERVER_ALIVE("server.alive", Level.INFO, "{}: {} {}", "tunnel", "endpoint", "reason"),
    SERVER_SILENT(
            "server.silent",
            Level.WARN,
            "{}: {}: {}; this host proves itself until there is life",
            "tunnel",
            "endpoint",
            "reason");

    /** The key that an event's name is logged under. */
    public static final String KEY = "event";

    private final String id;
    private final Level level;
    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // it is a List.of
    private final List<String> fields;

    Event(String id, Level level, String text, String... fields) {
        this.id = id;
        this.level = level;
        this.text = text;
        this.fields = List.of(fields);
    }

    /** As logged: {@code peer.moved}. */
    @Override
    public String toString() {
        return id;
    }

    public Level level() {
        return level;
    }

    /** In the order in which {@link #log} takes them. */
    public List<String> fields() {
        return fields;
    }

    /**
     * Logs that it happened.
     *
     * @param values of the fields, all of them, in order, never a secret; an empty Optional for a field that this time
     *     does not apply
     */
    public void log(Logger log, Object... values) {
        if (values.length != fields.size()) {
            throw new IllegalArgumentException(id + " has the fields " + fields);
        }
        LoggingEventBuilder line = log.atLevel(level).setMessage(text).addKeyValue(KEY, id);
        for (int i = 0; i < values.length; i++) {
            Optional<?> value = values[i] instanceof Optional<?> optional ? optional : Optional.of(values[i]);
            line = value.isPresent() ? line.addKeyValue(fields.get(i), value.get()) : line;
            line = line.addArgument(value.map(Object::toString).orElse("nobody's"));
        }
        line.log();
    }
}
