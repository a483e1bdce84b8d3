package io.ipipou.backend.netlink;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;

/** A prepared operation: a request to send, or an outcome that needs none. */
sealed interface Step {

    Operation operation();

    /** @param handler turns the kernel's ack into the outcome */
    record Send(Operation operation, Request request, AckHandler handler) implements Step {}

    record Finished(Outcome outcome) implements Step {
        @Override
        public Operation operation() {
            return outcome.operation();
        }
    }

    interface AckHandler {
        Outcome outcome(Operation operation, Ack ack) throws BackendException;
    }

    /** A write that is either done or refused. */
    static Step send(Operation operation, Request request) {
        return new Send(operation, request, Step::outcome);
    }

    /** A deletion. The errors in {@code absent} mean that the object does not exist, so it is done. */
    static Step delete(Operation operation, Request request, Errno... absent) {
        return new Send(operation, request, (op, ack) -> ack.is(absent) ? Outcome.done(op) : outcome(op, ack));
    }

    static Step done(Operation operation) {
        return new Finished(Outcome.done(operation));
    }

    static Step refuse(Operation operation, Errno errno, String message) {
        return refuse(operation, new Refusal(errno, message));
    }

    static Step refuse(Operation operation, Refusal refusal) {
        return new Finished(Outcome.failed(operation, refusal));
    }

    /** @throws BackendException if the process lacks the privilege to write */
    static Outcome outcome(Operation operation, Ack ack) throws BackendException {
        if (ack.is(Errno.EPERM)) {
            throw new BackendException("changing " + operation.id(), ack.refusal());
        }
        return ack.refused() ? Outcome.failed(operation, ack.refusal()) : Outcome.done(operation);
    }

    default boolean refused() {
        return this instanceof Finished finished && finished.outcome().refusal().isPresent();
    }
}
