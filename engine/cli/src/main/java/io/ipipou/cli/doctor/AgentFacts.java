package io.ipipou.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.process.CommandFailure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * What the agent says.
 *
 * @param file the configuration that it applies; empty if it does not answer
 * @param status its answer to {@code status}; missing if it does not answer
 * @param problem why it does not answer although it runs, or could not be asked; empty if it answers or does not run
 */
record AgentFacts(Optional<String> file, JsonNode status, Optional<String> problem) {

    static final AgentFacts NOT_RUNNING = new AgentFacts(Optional.empty(), MissingNode.getInstance(), Optional.empty());

    /** A healthy agent answers within milliseconds. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    static AgentFacts ask() {
        // On a thread of its own, which an agent that hangs cannot make this one wait for.
        CompletableFuture<AgentFacts> answer = new CompletableFuture<>();
        Thread asking = new Thread(() -> answer.complete(askNow()), "ipipou-ask-agent");
        asking.setDaemon(true);
        asking.start();
        return answer.completeOnTimeout(
                        silent("it does not answer within " + TIMEOUT.toSeconds() + " s"),
                        TIMEOUT.toSeconds(),
                        TimeUnit.SECONDS)
                .join();
    }

    private static AgentFacts askNow() {
        try {
            Optional<AgentClient> client = AgentClient.find();
            Optional<JsonNode> status =
                    client.isPresent() ? AgentClient.ask(Map.of("command", "status")) : Optional.empty();
            return status.map(answer -> new AgentFacts(client.map(AgentClient::file), answer, Optional.empty()))
                    .orElse(NOT_RUNNING);
        } catch (CommandFailure | CompletionException e) {
            return silent(String.valueOf(e.getMessage()));
        }
    }

    private static AgentFacts silent(String problem) {
        return new AgentFacts(Optional.empty(), MissingNode.getInstance(), Optional.of(problem));
    }

    boolean answers() {
        return file.isPresent();
    }

    /** What it says of a tunnel's peer or server; missing if it knows nothing. */
    JsonNode peer(String tunnel) {
        return status.path("peers").path(tunnel);
    }
}
