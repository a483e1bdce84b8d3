package io.ipipou.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.CommitConfirm;
import io.ipipou.core.apply.NotAppliedException;
import io.ipipou.core.apply.ProcessId;
import io.ipipou.core.apply.SavedPlan;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.GlobalSettings;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.plan.Plan;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a command applies a configuration; the agent gets the same as JSON.
 *
 * @param strict whether nothing is changed if something is deferred
 * @param saved the only plan that can be carried out; empty if any can
 */
public record ApplyOptions(boolean strict, Optional<SavedPlan> saved, Optional<CommitConfirm> confirm) {

    public static final ApplyOptions NONE = new ApplyOptions(false, Optional.empty(), Optional.empty());

    /** @param question as {@link #question} made it */
    public static ApplyOptions of(JsonNode question) throws IOException {
        Optional<SavedPlan> saved = question.hasNonNull("plan")
                ? Optional.of(SavedPlan.parse(question.path("plan").asText()))
                : Optional.empty();
        JsonNode confirm = question.path("confirm");
        Optional<CommitConfirm> confirmation = confirm.isObject() ? Optional.of(confirm(confirm)) : Optional.empty();
        return new ApplyOptions(question.path("strict").asBoolean(), saved, confirmation);
    }

    private static CommitConfirm confirm(JsonNode json) {
        ProcessId guard = new ProcessId(
                json.path("guard").asLong(), json.path("guard_started").asLong());
        return new CommitConfirm(
                json.path("id").asText(),
                Duration.ofMillis(json.path("within_ms").asLong()),
                apply -> guard);
    }

    /**
     * These options as JSON. Starts the guard.
     *
     * @throws CommandFailure if that fails; then nothing was changed
     */
    public Map<String, Object> question() throws CommandFailure {
        Map<String, Object> question = new HashMap<>(Map.of("strict", strict));
        saved.ifPresent(plan -> question.put("plan", plan.text()));
        if (confirm.isPresent()) {
            CommitConfirm wanted = confirm.get();
            try {
                ProcessId guard = wanted.guard().watch(wanted.id());
                question.put(
                        "confirm",
                        Map.of(
                                "id",
                                wanted.id(),
                                "within_ms",
                                wanted.within().toMillis(),
                                "guard",
                                guard.number(),
                                "guard_started",
                                guard.started()));
            } catch (IOException e) {
                throw CommandFailure.failed(CommitConfirm.NO_GUARD + ": " + e.getMessage() + "; nothing was changed");
            }
        }
        return question;
    }

    /** The configuration, with the backend that the saved plan was made with. */
    private Config with(Config config) {
        if (saved.isEmpty()) {
            return config;
        }
        GlobalSettings settings = config.settings();
        return new Config(
                new GlobalSettings(saved.get().backend(), settings.nftTable(), settings.queue(), settings.aliasRange()),
                config.auth(),
                config.peers(),
                config.tunnels());
    }

    /** How the target must apply it, printing the plan first. */
    ApplyRequest request(ApplyOutput output) {
        return new ApplyRequest(
                plan -> {
                    output.printPlan(plan);
                    if (saved.isPresent()) {
                        saved.get().check(plan);
                    }
                    requireNothingDeferred(plan);
                },
                strict || saved.isPresent() || confirm.isPresent(),
                confirm);
    }

    private void requireNothingDeferred(Plan plan) throws NotAppliedException {
        if (strict && !plan.deferred().isEmpty()) {
            throw new NotAppliedException(
                    plan.deferred().stream().map(Deferral::toString).collect(Collectors.joining("\n"))
                            + "\nnothing was changed (--strict)");
        }
    }

    /**
     * Applies the configuration, and prints the plan and the result.
     *
     * @return {@link ExitCode#CHANGES} after changes, {@link ExitCode#FAILED} if something is deferred
     */
    public ExitCode apply(Config config, ApplyTarget target, ApplyOutput output) throws CommandFailure {
        ApplyReport report = target.apply(with(config), request(output));
        try {
            output.printResult(report);
        } catch (CommandFailure e) {
            if (!report.converged()) {
                throw e;
            }
            output.terminal().error(e.getMessage());
            return e.exitCode();
        }
        return report.plan().hasChanges() ? ExitCode.CHANGES : ExitCode.OK;
    }
}
