package io.ipipou.backend.iproute2;

import io.ipipou.backend.iproute2.Batch.Line;
import io.ipipou.backend.iproute2.Batch.Step;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Carries out a list of operations. If one of them changes or deletes something, the state is read first (one process),
 * so that no object is touched that ipipou does not manage and nothing is sent for an object that is gone. All lines then
 * go to one process, or to two if many links are deleted. After a DELETE that failed, the state is read again: if the
 * object is gone, the deletion is done and the rest goes to another process, until {@link #MAX_PROCESSES} is reached.
 * Operations on the nft table are carried out in their place by {@link NftOperations}.
 */
final class Execution {

    /** For one run of operations on the same tool; a state that keeps changing would otherwise need any number. */
    private static final int MAX_PROCESSES = 6;

    private static final Pattern NO_DEVICE = Pattern.compile("Cannot find device \"(.*)\"");

    /** The steps {@code first} to {@code last} were refused; those before were carried out. */
    private record Failure(int first, int last, Refusal refusal) {}

    private final IpCommand ip;
    private final NftOperations nft;
    private final StateReader reader;
    private final boolean ipv6;
    private final List<Operation> operations;
    private final List<Outcome> outcomes = new ArrayList<>();
    private int launchesBefore;
    private Optional<NamespaceState> lastRead = Optional.empty();
    private int doneAtLastRead;

    /** @param ipv6 whether the kernel has IPv6 */
    Execution(IpCommand ip, NftOperations nft, StateReader reader, boolean ipv6, List<Operation> operations) {
        this.ip = ip;
        this.nft = nft;
        this.reader = reader;
        this.ipv6 = ipv6;
        this.operations = List.copyOf(operations);
        this.launchesBefore = ip.launches();
    }

    List<Outcome> run() throws BackendException {
        boolean proceed = true;
        while (proceed && outcomes.size() < operations.size()) {
            launchesBefore = ip.launches();
            int end = endOfRun(outcomes.size());
            if (NftOperations.handles(operations.get(outcomes.size()))) {
                outcomes.addAll(nft.execute(operations.subList(outcomes.size(), end)));
                proceed = outcomes.stream().allMatch(outcome -> outcome.status() == Outcome.Status.DONE);
            }
            while (proceed && outcomes.size() < end) {
                proceed = runIp(operations.subList(outcomes.size(), end));
            }
        }
        while (outcomes.size() < operations.size()) {
            outcomes.add(Outcome.notAttempted(operations.get(outcomes.size())));
        }
        return List.copyOf(outcomes);
    }

    /** The first operation after {@code start} that the other tool carries out. */
    private int endOfRun(int start) {
        int end = start + 1;
        while (end < operations.size()
                && NftOperations.handles(operations.get(end)) == NftOperations.handles(operations.get(start))) {
            end++;
        }
        return end;
    }

    /** Sends the remaining operations of a run once; returns whether to send what then remains. */
    private boolean runIp(List<Operation> remaining) throws BackendException {
        if (lastRead.isEmpty() && remaining.stream().anyMatch(operation -> operation.verb() != Verb.CREATE)) {
            read();
        }
        List<Step> steps = new ArrayList<>();
        Optional<Refusal> refusal = addSteps(remaining, steps);
        Optional<Failure> failure = send(steps);
        int done = failure.map(Failure::first).orElse(steps.size());
        steps.subList(0, done).forEach(step -> outcomes.add(Outcome.done(operations.get(outcomes.size()))));
        if (failure.isPresent()) {
            return record(failure.get());
        }
        refusal.ifPresent(reason -> outcomes.add(Outcome.failed(operations.get(outcomes.size()), reason)));
        return refusal.isEmpty();
    }

    /** Adds the steps up to the first operation that must not be sent, and returns why it must not. */
    private Optional<Refusal> addSteps(List<Operation> remaining, List<Step> steps) {
        PredictedState predicted = new PredictedState(observed());
        doneSinceLastRead().forEach(predicted::apply);
        for (Operation operation : remaining) {
            Optional<Refusal> refusal = IpLimits.validate(operation)
                    .map(reason -> new Refusal("", reason))
                    .or(() -> predicted.validate(operation));
            if (refusal.isPresent()) {
                return refusal;
            }
            boolean gone = operation.verb() == Verb.DELETE && predicted.isGone(operation);
            steps.add(new Step(operation, gone ? List.of() : Commands.of(operation, ipv6)));
            predicted.apply(operation);
        }
        return Optional.empty();
    }

    private ObservedState observed() {
        return lastRead.map(NamespaceState::state).orElse(ObservedState.EMPTY);
    }

    private List<Operation> doneSinceLastRead() {
        return operations.subList(doneAtLastRead, outcomes.size());
    }

    /** The current group of every link. */
    private Map<LinkName, Integer> groups() {
        Map<LinkName, Integer> groups =
                new HashMap<>(lastRead.map(NamespaceState::groups).orElse(Map.of()));
        for (Operation operation : doneSinceLastRead()) {
            if (operation.subject() instanceof IpipLink link) {
                groups.remove(link.name());
                operation
                        .after()
                        .ifPresent(after -> groups.put(link.name(), link.mark().group()));
            }
        }
        return groups;
    }

    private Optional<Failure> send(List<Step> steps) throws BackendException {
        for (Batch batch : Batch.of(steps, groups())) {
            if (batch.lines().isEmpty()) {
                continue;
            }
            checkProcessCount();
            Programs.Result result = ip.run(
                    StateReader.OPTIONS, batch.lines().stream().map(Line::text).toList());
            if (result.exit() != 0) {
                return Optional.of(failure(batch, steps, result));
            }
            if (batch.check().isPresent()) {
                checkGroup(batch.check().get(), result);
            }
        }
        return Optional.empty();
    }

    private void read() throws BackendException {
        checkProcessCount();
        lastRead = Optional.of(reader.read());
        doneAtLastRead = outcomes.size();
    }

    private void checkProcessCount() throws BackendException {
        if (ip.launches() - launchesBefore >= MAX_PROCESSES) {
            throw new BackendException(
                    "the network keeps changing while it is being written, so the result is unknown; try again");
        }
    }

    /** Nothing has been deleted yet when this finds a link that must stay, or does not find one that was to go. */
    private static void checkGroup(Batch.GroupCheck check, Programs.Result result) throws BackendException {
        List<List<JsonObject>> shown = JsonArrays.read(result.out());
        Set<LinkName> found = new HashSet<>();
        for (JsonObject object : shown.isEmpty() ? List.<JsonObject>of() : shown.get(shown.size() - 1)) {
            Optional<LinkName> name = LinkDump.name(object);
            boolean managed = name.isPresent()
                    && LinkDump.link(object, name.get())
                            .filter(link -> link.mark().isManaged())
                            .isPresent();
            if (object.has("ifname") && !(managed && check.names().contains(name.orElseThrow()))) {
                throw new BackendException("another program moved a link into group " + check.group()
                        + " just before the group was to be deleted: " + object.members());
            }
            name.ifPresent(found::add);
        }
        if (!found.equals(check.names())) {
            throw new BackendException("links to delete changed at the same time: " + check.names() + " were in group "
                    + check.group() + ", now " + found);
        }
    }

    private Failure failure(Batch batch, List<Step> steps, Programs.Result result) throws BackendException {
        BatchErrors errors = BatchErrors.parse(result.err());
        int number = errors.failedLine().orElse(0);
        if (number > 0 && number <= batch.lines().size()) {
            Line line = batch.lines().get(number - 1);
            return new Failure(line.first(), line.last(), IpErrors.refusal(errors.text(), number, line.text()));
        }
        Matcher device = NO_DEVICE.matcher(errors.message());
        if (device.find()) {
            read();
            Optional<Failure> failure =
                    failureAtMissingDevice(batch, steps, LinkName.parse(device.group(1)), errors.text());
            if (failure.isPresent()) {
                return failure.get();
            }
        }
        throw new BackendException("ip ended with exit status " + result.exit()
                + " without naming the line that failed, so the result is unknown: " + errors.text());
    }

    /** If a tunnel's device does not exist, {@code ip} ends without naming the line: it is the first one not done. */
    private Optional<Failure> failureAtMissingDevice(
            Batch batch, List<Step> steps, Optional<LinkName> device, String message) {
        Map<LinkName, IpipLink> links = observed().links();
        for (int i = 0; i < batch.lines().size(); i++) {
            Line line = batch.lines().get(i);
            if (steps.get(line.first()).operation().after().orElse(null) instanceof IpipLink link
                    && link.outer().device().equals(device)
                    && !link.equals(links.get(link.name()))) {
                return Optional.of(
                        new Failure(line.first(), line.last(), IpErrors.refusal(message, i + 1, line.text())));
            }
        }
        return Optional.empty();
    }

    /** A DELETE of an object that is gone counts as done; returns whether all failed steps are such deletions. */
    private boolean record(Failure failure) throws BackendException {
        int offset = outcomes.size() - failure.first();
        boolean delete = operations.get(outcomes.size()).verb() == Verb.DELETE;
        if (delete) {
            read();
        }
        PredictedState now = new PredictedState(observed());
        boolean allGone = true;
        for (int i = failure.first(); i <= failure.last(); i++) {
            Operation operation = operations.get(i + offset);
            boolean gone = delete && now.isGone(operation);
            outcomes.add(gone ? Outcome.done(operation) : Outcome.failed(operation, failure.refusal()));
            allGone &= gone;
        }
        return allGone;
    }
}
