package io.ipipou.backend.netlink;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;

/** What an operation comes to: a request, or an outcome that is clear without one. */
sealed interface Step {

    Operation operation();

    /** @param verdict makes the outcome of the kernel's answer */
    record Send(Operation operation, Request request, Verdict verdict) implements Step {}

    record Settled(Outcome outcome) implements Step {
        @Override
        public Operation operation() {
            return outcome.operation();
        }
    }

    interface Verdict {
        Outcome of(Operation operation, Ack ack) throws BackendException;
    }

    /** A write: done or refused. */
    static Step send(Operation operation, Request request) {
        return new Send(operation, request, Step::outcome);
    }

    /** A deletion: these refusals mean that there was nothing to delete. */
    static Step delete(Operation operation, Request request, Errno... gone) {
        return new Send(operation, request, (op, ack) -> ack.is(gone) ? Outcome.done(op) : outcome(op, ack));
    }

    static Step done(Operation operation) {
        return new Settled(Outcome.done(operation));
    }

    static Step refuse(Operation operation, Errno errno, String message) {
        return refuse(operation, new Refusal(errno.name(), message));
    }

    static Step refuse(Operation operation, Refusal refusal) {
        return new Settled(Outcome.failed(operation, refusal));
    }

    /** @throws BackendException if the caller may not write at all */
    static Outcome outcome(Operation operation, Ack ack) throws BackendException {
        if (ack.is(Errno.EPERM)) {
            throw new BackendException("changing " + operation.id(), ack.refusal());
        }
        return ack.refused() ? Outcome.failed(operation, ack.refusal()) : Outcome.done(operation);
    }

    default boolean refused() {
        return this instanceof Settled settled && settled.outcome().refusal().isPresent();
    }
}
