package io.ipipou.agent.converge;

import io.ipipou.agent.event.Event;
import io.ipipou.core.apply.Confirmation;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Uptime;
import io.ipipou.core.config.Config;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration in force, and the one before it while an apply awaits its confirmation. Any thread can read it; the holder
 * of the host's lock changes it.
 */
final class ConfigInForce {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigInForce.class);

    /** @param before empty if unknown, because another process applied it */
    private record Unconfirmed(String id, Optional<Config> before) {}

    private final Journal journal;
    private final Optional<Config> beforeStart;
    private volatile Config config;
    private volatile ConfigState state;
    private Optional<Unconfirmed> unconfirmed = Optional.empty();

    ConfigInForce(InitialConfig initial, Journal journal) {
        this.config = initial.config();
        this.beforeStart = initial.before();
        this.state = initial.isRolledBack() ? ConfigState.ROLLED_BACK : ConfigState.IN_FORCE;
        this.journal = journal;
        // Even if that was decided since the configuration was read.
        initial.unconfirmed().ifPresent(id -> await(id, initial.before()));
    }

    Config config() {
        return config;
    }

    ConfigState state() {
        return state;
    }

    /** The apply that needs a confirmation; empty if none does. */
    Optional<Journal.Entry> pending() throws IOException {
        return journal.unfinished().filter(entry -> entry.confirmation().isPresent());
    }

    /** Whether an apply still awaits its confirmation, and will be decided by its guard. Does not write; for any thread. */
    boolean awaitsDecision() {
        try {
            return pending().filter(entry -> !isAbandoned(entry)).isPresent();
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether the time of an apply that needs a confirmation is over, or it was interrupted, and its guard is gone. */
    boolean isAbandoned() {
        try {
            return pending().filter(ConfigInForce::isAbandoned).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isAbandoned(Journal.Entry entry) {
        try {
            return entry.isDue(Uptime.now())
                    && !entry.confirmation().orElseThrow().guard().isAlive();
        } catch (IOException e) {
            return false;
        }
    }

    /** After another configuration was applied. */
    void replace(Config other) {
        Config before = config;
        config = other;
        state = ConfigState.IN_FORCE;
        try {
            pending().flatMap(Journal.Entry::confirmation).ifPresent(it -> await(it.id(), Optional.of(before)));
        } catch (IOException e) {
            LOG.warn("cannot read the journal {}: {}", journal.path(), e.getMessage());
        }
    }

    private void await(String id, Optional<Config> before) {
        unconfirmed = Optional.of(new Unconfirmed(id, before));
        state = ConfigState.UNCONFIRMED;
        Event.APPLY_UNCONFIRMED.log(LOG);
    }

    /** Finds out whether an apply needs a confirmation, or how that was decided. A journal that cannot be read decides nothing. */
    void check() {
        try {
            Optional<Confirmation> pending = pending().flatMap(Journal.Entry::confirmation);
            if (pending.isPresent()) {
                if (unconfirmed.isEmpty()) {
                    await(pending.get().id(), beforeStart);
                }
            } else if (unconfirmed.isPresent()) {
                Unconfirmed decided = unconfirmed.get();
                boolean confirmed = journal.isConfirmed(decided.id());
                unconfirmed = Optional.empty();
                decided(confirmed, decided.before());
            }
        } catch (IOException e) {
            LOG.warn("cannot read the journal {}: {}", journal.path(), e.getMessage());
        }
    }

    private void decided(boolean confirmed, Optional<Config> before) {
        if (confirmed) {
            state = ConfigState.IN_FORCE;
            Event.APPLY_CONFIRMED.log(LOG);
        } else if (before.isPresent()) {
            config = before.get();
            state = ConfigState.ROLLED_BACK;
            Event.APPLY_ROLLED_BACK.log(LOG);
        } else {
            state = ConfigState.SUSPENDED;
            Event.APPLY_SUSPENDED.log(LOG);
        }
    }
}
