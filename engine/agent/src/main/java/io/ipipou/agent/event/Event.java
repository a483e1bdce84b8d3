package io.ipipou.agent.event;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The events of the log. Each event's id, level and fields are an interface for programs, documented in docs/operations.md;
 * the text is for people and may change.
 */
public enum Event {
    AGENT_READY("agent.ready", Level.INFO, "the agent is ready ({})", "file"),
    AGENT_UNHEALTHY(
            "agent.unhealthy",
            Level.ERROR,
            "the agent is unhealthy: a part of it has stopped or is stuck; no keepalive is sent to systemd's watchdog"),
    AGENT_QUEUE_FAILED(
            "agent.queue_failed", Level.ERROR, "the agent no longer receives authentication packets: {}", "reason"),
    METRICS_LISTENING("metrics.listening", Level.INFO, "serving metrics at {}", "address"),
    METRICS_FAILED("metrics.failed", Level.WARN, "cannot serve metrics: {}", "reason"),
    CONFIG_RELOADED("config.reloaded", Level.INFO, "reloaded {}", "file"),
    CONFIG_REJECTED("config.rejected", Level.ERROR, "{}\nthe previous configuration stays in force", "reason", "file"),
    REVISION_APPLIED("revision.applied", Level.INFO, "applied {} by {}", "file", "author"),
    REVISION_REJECTED(
            "revision.rejected", Level.ERROR, "rejected {} by {}: {}\n{}", "file", "author", "reason", "in_force"),
    SOURCE_UNREACHABLE("source.unreachable", Level.WARN, "{}\n{}", "reason", "in_force"),
    SOURCE_REACHABLE("source.reachable", Level.INFO, "{} is reachable again", "source"),
    APPLY_CHANGE("apply.change", Level.INFO, "{} {}", "action", "resource"),
    APPLY_DEFERRED("apply.deferred", Level.WARN, "{} is deferred: {}", "resource", "reason"),
    APPLY_RESUMED("apply.resumed", Level.INFO, "{} is no longer deferred", "resource"),
    APPLY_WRITE_REFUSED("apply.write_refused", Level.ERROR, "{}: {}", "resource", "reason"),
    APPLY_DONE(
            "apply.done",
            Level.INFO,
            "applied and verified: {} added, {} changed, {} destroyed, {} deferred",
            "added",
            "changed",
            "destroyed",
            "deferred"),
    APPLY_FAILED("apply.failed", Level.ERROR, "the host does not match the configuration: {} writes failed", "failed"),
    APPLY_UNCONFIRMED(
            "apply.unconfirmed",
            Level.WARN,
            "an apply awaits confirmation: until ipipou confirm or ipipou rollback, nothing is repaired and no other"
                    + " configuration is applied"),
    APPLY_CONFIRMED("apply.confirmed", Level.INFO, "the apply was confirmed"),
    APPLY_ROLLED_BACK(
            "apply.rolled_back",
            Level.WARN,
            "the apply was rolled back: the configuration before it is in force again"),
    APPLY_SUSPENDED(
            "apply.suspended",
            Level.ERROR,
            "the apply was rolled back, and the configuration before it is unknown: nothing is repaired"
                    + " (correct the file and run ipipou apply)"),
    DRIFT_DETECTED("drift.detected", Level.WARN, "drift detected (not repaired): {}", "resources"),
    DRIFT_RESOLVED("drift.resolved", Level.INFO, "drift resolved: the host matches the configuration"),
    DRIFT_REPAIRED("drift.repaired", Level.INFO, "repaired drift: {}", "resources"),
    DRIFT_CONTENTION(
            "drift.contention",
            Level.WARN,
            "something keeps undoing repairs of {}: {} repairs in {} s, none of which lasted; further repairs wait, up to {} s"
                    + " (find out what else manages these resources, and stop it)",
            "resources",
            "repairs",
            "seconds",
            "longest_wait"),
    DRIFT_CONTENTION_ENDED(
            "drift.contention_ended",
            Level.WARN,
            "repairs of {} are no longer undone: the last of {} repairs in {} s has held",
            "resources",
            "repairs",
            "seconds"),
    DRIFT_CHECK_FAILED("drift.check_failed", Level.WARN, "cannot check the host for drift or repair it: {}", "reason"),
    NAMES_CHANGED("names.changed", Level.INFO, "the addresses of {} changed", "names"),
    PEER_ADMITTED("peer.admitted", Level.INFO, "{}: peer admitted at {}", "tunnel", "endpoint"),
    PEER_MOVED("peer.moved", Level.INFO, "{}: peer moved to {} from {}", "tunnel", "endpoint", "before"),
    PEER_DISPLACED(
            "peer.displaced", Level.INFO, "{}: endpoint {} now belongs to the peer of {}", "tunnel", "endpoint", "by"),
    PEER_CONFLICT(
            "peer.conflict",
            Level.WARN,
            "{}: peer not admitted at {}: the configuration assigns that endpoint to another peer",
            "tunnel",
            "endpoint"),
    PEER_ADMIT_FAILED(
            "peer.admit_failed", Level.ERROR, "{}: cannot admit peer at {}: {}", "tunnel", "endpoint", "reason"),
    AUTH_REJECTED(
            "auth.rejected",
            Level.WARN,
            "{}: authentication rejected: {} ({}); from {}, packets rejected: {}",
            "peer",
            "explanation",
            "remedy",
            "endpoint",
            "count",
            "tunnel",
            "reason"),
    AUTH_UNMATCHED(
            "auth.unmatched",
            Level.WARN,
            "authentication rejected from {}: {} ({}); packets rejected: {}",
            "endpoint",
            "explanation",
            "remedy",
            "count",
            "reason"),
    AUTH_UNMATCHED_OTHERS(
            "auth.unmatched_others",
            Level.WARN,
            "authentication rejected from {} other sources that match no peer; packets rejected: {}",
            "sources",
            "count"),
    AUTH_REPLY_FAILED(
            "auth.reply_failed", Level.WARN, "{}: cannot send a reply to {}: {}", "tunnel", "endpoint", "reason"),
    AUTH_SEND_FAILED(
            "auth.send_failed",
            Level.WARN,
            "{}: cannot send an authentication packet to {}: {}",
            "tunnel",
            "endpoint",
            "reason"),
    SERVER_RESPONDING(
            "server.responding", Level.INFO, "{}: server {} is responding: {}", "tunnel", "endpoint", "reason"),
    SERVER_CHANGED("server.changed", Level.WARN, "{}: switching to {}: {}", "tunnel", "endpoint", "reason"),
    SERVER_SILENT(
            "server.silent",
            Level.WARN,
            "{}: {} ({}); retrying until there is an answer",
            "tunnel",
            "explanation",
            "remedy",
            "endpoint");

    /** The key under which an event's id is logged. */
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

    /** The id: {@code peer.moved}. */
    @Override
    public String toString() {
        return id;
    }

    public Level level() {
        return level;
    }

    /** In the order of the values of {@link #log}. */
    public List<String> fields() {
        return fields;
    }

    /**
     * Logs the event.
     *
     * @param values of all fields, in order, never a secret; an empty Optional for a field that does not apply
     */
    public void log(Logger log, Object... values) {
        if (values.length != fields.size()) {
            throw new IllegalArgumentException(id + " has the fields " + fields);
        }
        LoggingEventBuilder line = log.atLevel(level).setMessage(text).addKeyValue(KEY, id);
        for (int i = 0; i < values.length; i++) {
            Optional<?> value = values[i] instanceof Optional<?> optional ? optional : Optional.of(values[i]);
            line = value.isPresent() ? line.addKeyValue(fields.get(i), value.get()) : line;
            line = line.addArgument(value.map(Object::toString).orElse("unknown"));
        }
        line.log();
    }
}
