package io.ipipou.cli.guard;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Uptime;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Confirms or rolls back the last apply. The agent does it if one runs, else this process.
 *
 * @param verb what is decided
 * @param apply the only apply that it is for; empty for whichever there is
 * @param onlyIfDue to roll back only if its time is over or it was interrupted
 */
public record Decision(Verb verb, Optional<String> apply, boolean onlyIfDue) {

    /** What can be decided. */
    public enum Verb {
        CONFIRM("confirm"),
        ROLL_BACK("rollback");

        private final String command;

        Verb(String command) {
            this.command = command;
        }

        /** The command for it, also on the control socket. */
        public String command() {
            return command;
        }
    }

    public static Decision of(Verb verb) {
        return new Decision(verb, Optional.empty(), false);
    }

    /** @param question as {@link #make} sends it */
    public static Decision of(Verb verb, JsonNode question) {
        return new Decision(
                verb,
                Optional.of(question.path("apply").asText()).filter(id -> !id.isEmpty()),
                question.path("only_if_due").asBoolean());
    }

    /**
     * Has it carried out, and prints the result.
     *
     * @param timeout how long to wait for the host's lock without an agent
     */
    public ExitCode make(HostSession session, Terminal terminal, Duration timeout) throws CommandFailure {
        Optional<AgentClient> agent = AgentClient.find();
        if (agent.isPresent()) {
            Map<String, Object> question = new HashMap<>(Map.of("only_if_due", onlyIfDue));
            apply.ifPresent(id -> question.put("apply", id));
            return agent.get().relay(verb.command(), question, terminal);
        }
        terminal.println(HostSession.locked(timeout, () -> carryOut(session)));
        return ExitCode.OK;
    }

    /**
     * Carries it out. The caller holds the host's lock.
     *
     * @return the result, for the operator
     */
    public String carryOut(HostSession session) throws CommandFailure {
        Optional<Journal.Entry> entry =
                apply.isPresent() ? UnfinishedApply.entry(apply.get()) : UnfinishedApply.entry();
        return verb == Verb.CONFIRM ? confirm(entry) : rollBack(entry, session);
    }

    private String confirm(Optional<Journal.Entry> entry) throws CommandFailure {
        if (entry.isEmpty()) {
            throw nothingToConfirm();
        }
        if (!entry.get().awaitsConfirmation()) {
            throw CommandFailure.failed(
                    "nothing to confirm: the apply of process " + entry.get().process()
                            + " was interrupted (ipipou apply completes it, ipipou rollback undoes it)");
        }
        UnfinishedApply.confirm(entry.get().confirmation().orElseThrow());
        return "Confirmed the apply of process " + entry.get().process() + ".";
    }

    private CommandFailure nothingToConfirm() throws CommandFailure {
        if (apply.isEmpty() && UnfinishedApply.beforeReboot().isPresent()) {
            UnfinishedApply.forget();
            return CommandFailure.failed("nothing to confirm: " + UnfinishedApply.LOST_AT_REBOOT);
        }
        return CommandFailure.failed("nothing to confirm"
                + DetachedGuard.lastMessage()
                        .map(message -> "; the last guard reported: " + message)
                        .orElse(""));
    }

    private String rollBack(Optional<Journal.Entry> entry, HostSession session) throws CommandFailure {
        if (entry.isPresent() && (!onlyIfDue || isDue(entry.get()))) {
            session.rollBack(entry.get());
            return "Rolled back and verified.";
        }
        if (apply.isEmpty() && UnfinishedApply.beforeReboot().isPresent()) {
            UnfinishedApply.forget();
            return "Nothing to roll back: " + UnfinishedApply.LOST_AT_REBOOT + ".";
        }
        return "Nothing to roll back.";
    }

    private static boolean isDue(Journal.Entry entry) {
        try {
            return entry.isDue(Uptime.now());
        } catch (IOException e) {
            throw new IllegalStateException("cannot read /proc/uptime", e);
        }
    }
}
