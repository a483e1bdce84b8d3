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
 * One carrying-out of a list of operations. Where something is to be changed or deleted, the state is read first (one
 * process), so that nothing is sent to what is not ours and nothing for what is gone. All lines then go to one process,
 * or two where many links are deleted. A DELETE that fails because another was faster is told by reading again, and the
 * rest goes to another process; that ends where the budget does. Operations on the table come between, in their place,
 * and are {@link NftOperations}'s.
 */
final class Execution {

    /** For neighbouring operations, of which there is no end to what may happen between. */
    private static final int PROCESSES = 6;

    private static final Pattern NO_DEVICE = Pattern.compile("Cannot find device \"(.*)\"");

    /** Why the steps from {@code first} to {@code last} were not done; those before were. */
    private record Failure(int first, int last, Refusal refusal) {}

    private final IpCommand ip;
    private final NftOperations nft;
    private final StateReader reader;
    private final boolean ipv6;
    private final List<Operation> operations;
    private final List<Outcome> outcomes = new ArrayList<>();
    private int launchesBefore;
    private Optional<NamespaceState> fresh = Optional.empty();
    private int doneWhenRead;

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
        boolean going = true;
        while (going && outcomes.size() < operations.size()) {
            launchesBefore = ip.launches();
            int end = endOfRun(outcomes.size());
            if (NftOperations.handles(operations.get(outcomes.size()))) {
                outcomes.addAll(nft.execute(operations.subList(outcomes.size(), end)));
                going = outcomes.stream().allMatch(outcome -> outcome.status() == Outcome.Status.DONE);
            }
            while (going && outcomes.size() < end) {
                going = round(operations.subList(outcomes.size(), end));
            }
        }
        while (outcomes.size() < operations.size()) {
            outcomes.add(Outcome.notAttempted(operations.get(outcomes.size())));
        }
        return List.copyOf(outcomes);
    }

    /** The first operation behind that place that another tool carries out. */
    private int endOfRun(int start) {
        int end = start + 1;
        while (end < operations.size() && NftOperations.handles(operations.get(end)) == NftOperations.handles(operations.get(start))) {
            end++;
        }
        return end;
    }

    /** Sends what is left; returns whether to go on with what is left then. */
    private boolean round(List<Operation> left) throws BackendException {
        if (fresh.isEmpty() && left.stream().anyMatch(operation -> operation.verb() != Verb.CREATE)) {
            read();
        }
        List<Step> steps = new ArrayList<>();
        Optional<Refusal> refusal = prepare(left, steps);
        Optional<Failure> failure = send(steps);
        int done = failure.map(Failure::first).orElse(steps.size());
        steps.subList(0, done).forEach(step -> outcomes.add(Outcome.done(operations.get(outcomes.size()))));
        if (failure.isPresent()) {
            return judge(failure.get());
        }
        refusal.ifPresent(why -> outcomes.add(Outcome.failed(operations.get(outcomes.size()), why)));
        return refusal.isEmpty();
    }

    /** Adds the steps up to the first operation that must not be sent, and returns why that is so. */
    private Optional<Refusal> prepare(List<Operation> left, List<Step> steps) {
        PredictedState expected =
                new PredictedState(fresh.map(NamespaceState::state).orElse(ObservedState.EMPTY));
        doneSinceRead().forEach(expected::apply);
        for (Operation operation : left) {
            Optional<Refusal> refusal =
                    IpLimits.whyNot(operation).map(why -> new Refusal("", why)).or(() -> expected.whyNot(operation));
            if (refusal.isPresent()) {
                return refusal;
            }
            boolean gone = operation.verb() == Verb.DELETE && expected.isGone(operation);
            steps.add(new Step(operation, gone ? List.of() : Commands.of(operation, ipv6)));
            expected.apply(operation);
        }
        return Optional.empty();
    }

    private List<Operation> doneSinceRead() {
        return operations.subList(doneWhenRead, outcomes.size());
    }

    /** The groups of all links by now. */
    private Map<LinkName, Integer> groups() {
        Map<LinkName, Integer> groups =
                new HashMap<>(fresh.map(NamespaceState::groups).orElse(Map.of()));
        for (Operation operation : doneSinceRead()) {
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
            Programs.Answer answer = launch(batch);
            if (answer.exit() != 0) {
                return Optional.of(failure(batch, steps, answer));
            }
            if (batch.check().isPresent()) {
                confirm(batch.check().get(), answer);
            }
        }
        return Optional.empty();
    }

    private Programs.Answer launch(Batch batch) throws BackendException {
        budget();
        return ip.run(
                StateReader.OPTIONS, batch.lines().stream().map(Line::text).toList());
    }

    private void read() throws BackendException {
        budget();
        fresh = Optional.of(reader.read());
        doneWhenRead = outcomes.size();
    }

    private void budget() throws BackendException {
        if (ip.launches() - launchesBefore >= PROCESSES) {
            throw new BackendException("the network changes while it is written; it is not known what was done");
        }
    }

    /** A stranger among the victims, or one that went missing: nothing has been deleted yet. */
    private static void confirm(Batch.GroupCheck check, Programs.Answer answer) throws BackendException {
        List<List<JsonObject>> shown = JsonArrays.read(answer.out());
        Set<LinkName> found = new HashSet<>();
        for (JsonObject object : shown.isEmpty() ? List.<JsonObject>of() : shown.get(shown.size() - 1)) {
            Optional<LinkName> name = LinkDump.name(object);
            boolean ours = name.isPresent()
                    && LinkDump.link(object, name.get())
                            .filter(link -> link.mark().isOurs())
                            .isPresent();
            if (object.has("ifname") && !(ours && check.names().contains(name.orElseThrow()))) {
                throw new BackendException("a link that is not to be deleted came into group " + check.group()
                        + ", which was about to be: " + object.members());
            }
            name.ifPresent(found::add);
        }
        if (!found.equals(check.names())) {
            throw new BackendException("the links to delete changed meanwhile: " + check.names() + " were in group "
                    + check.group() + ", now " + found);
        }
    }

    private Failure failure(Batch batch, List<Step> steps, Programs.Answer answer) throws BackendException {
        BatchErrors errors = BatchErrors.parse(answer.err());
        int number = errors.failed().orElse(0);
        if (number > 0 && number <= batch.lines().size()) {
            Line line = batch.lines().get(number - 1);
            return new Failure(line.first(), line.last(), IpErrors.refusal(errors.all(), number, line.text()));
        }
        Matcher device = NO_DEVICE.matcher(errors.reason());
        if (device.find()) {
            read();
            Optional<Failure> failure = withoutDevice(batch, steps, LinkName.parse(device.group(1)), errors.all());
            if (failure.isPresent()) {
                return failure.get();
            }
        }
        throw new BackendException("ip ended with exit status " + answer.exit()
                + " without telling at which line, so it is not known what was done: " + errors.all());
    }

    /** {@code ip} ends without naming the line when a tunnel's device is gone: it is the first that was not done. */
    private Optional<Failure> withoutDevice(Batch batch, List<Step> steps, Optional<LinkName> device, String said) {
        ObservedState state = fresh.orElseThrow().state();
        for (int i = 0; i < batch.lines().size(); i++) {
            Line line = batch.lines().get(i);
            if (steps.get(line.first()).operation().after().orElse(null) instanceof IpipLink link
                    && link.outer().device().equals(device)
                    && !link.equals(state.links().get(link.name()))) {
                return Optional.of(new Failure(line.first(), line.last(), IpErrors.refusal(said, i + 1, line.text())));
            }
        }
        return Optional.empty();
    }

    /** What was to be deleted and is gone, is done; returns whether all of it is. */
    private boolean judge(Failure failure) throws BackendException {
        int offset = outcomes.size() - failure.first();
        boolean delete = operations.get(outcomes.size()).verb() == Verb.DELETE;
        if (delete) {
            read();
        }
        PredictedState now = new PredictedState(fresh.map(NamespaceState::state).orElse(ObservedState.EMPTY));
        boolean all = true;
        for (int i = failure.first(); i <= failure.last(); i++) {
            Operation operation = operations.get(i + offset);
            boolean gone = delete && now.isGone(operation);
            outcomes.add(gone ? Outcome.done(operation) : Outcome.failed(operation, failure.refusal()));
            all &= gone;
        }
        return all;
    }
}
