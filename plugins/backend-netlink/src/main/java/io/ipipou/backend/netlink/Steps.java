package io.ipipou.backend.netlink;

import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Carries out operations of one kind and verb in order. */
final class Steps {

    interface Preparation {
        Step prepare(Operation operation) throws BackendException;
    }

    private Steps() {}

    /** @return one outcome per operation; nothing is sent after a refusal by the kernel or by this backend */
    static List<Outcome> run(NetlinkConnection connection, List<Operation> operations, Preparation preparation)
            throws BackendException {
        List<Step> steps = new ArrayList<>();
        for (Operation operation : operations) {
            steps.add(preparation.prepare(operation));
            if (steps.get(steps.size() - 1).refused()) {
                break;
            }
        }
        List<Outcome> outcomes = send(connection, steps);
        operations
                .subList(steps.size(), operations.size())
                .forEach(operation -> outcomes.add(Outcome.notAttempted(operation)));
        return outcomes;
    }

    private static List<Outcome> send(NetlinkConnection connection, List<Step> steps) throws BackendException {
        List<Request> requests = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Step.Send send) {
                requests.add(send.request());
            }
        }
        List<Ack> acks = connection.write(requests);
        List<Outcome> outcomes = new ArrayList<>();
        boolean all = acks.size() == requests.size() && acks.stream().noneMatch(Ack::refused);
        Iterator<Ack> ack = acks.iterator();
        for (Step step : steps) {
            if (step instanceof Step.Finished finished && (all || !step.refused())) {
                outcomes.add(finished.outcome());
            } else if (step instanceof Step.Send send && ack.hasNext()) {
                outcomes.add(send.handler().outcome(send.operation(), ack.next()));
            } else {
                outcomes.add(Outcome.notAttempted(step.operation()));
            }
        }
        return outcomes;
    }
}
