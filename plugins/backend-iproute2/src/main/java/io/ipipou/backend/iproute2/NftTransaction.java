package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.NftTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries out operations on the table and its elements in one transaction, that is, one process. The table is read first
 * only if it is itself updated. If the kernel refuses the transaction and an element to change or delete may be gone, the
 * table is read and a script for what remains goes to another process.
 */
final class NftTransaction {

    /** Each time, the table may have changed again before it is written. */
    private static final int MAX_ATTEMPTS = 3;

    private final NftCommand nft;
    private final List<Operation> operations;

    NftTransaction(NftCommand nft, List<Operation> operations) {
        this.nft = nft;
        this.operations = List.copyOf(operations);
    }

    List<Outcome> run() throws BackendException {
        boolean changesTable = operations.stream()
                .anyMatch(operation -> operation.verb() == Verb.UPDATE && operation.subject() instanceof NftTable);
        boolean mayBeGone = operations.stream().anyMatch(operation -> operation.verb() != Verb.CREATE);
        NftScript script =
                changesTable ? NftScript.ofKnownTable(nft.read(), operations) : NftScript.ofUnknownTable(operations);
        for (int attempt = 1; ; attempt++) {
            if (script.refusal().isPresent()) {
                return failedAt(script.current(), operations, script.refusal().get());
            }
            if (script.lines().isEmpty()) {
                return done();
            }
            Programs.Result result = nft.write(script.lines());
            if (result.exit() == 0) {
                return done();
            }
            List<Outcome> outcomes = outcomes(script, result);
            if (!mayBeGone || attempt == MAX_ATTEMPTS) {
                return outcomes;
            }
            NftScript next = NftScript.ofKnownTable(nft.read(), operations);
            if (next.lines().equals(script.lines())) {
                return outcomes;
            }
            script = next;
        }
    }

    private List<Outcome> outcomes(NftScript script, Programs.Result result) throws BackendException {
        NftErrors errors = NftErrors.parse(result.err());
        if (errors.notCommitted()) {
            return failedAt(errors.line().flatMap(script::operation).orElse(0), operations, errors.refusal());
        }
        throw new BackendException("nft ended with exit status " + result.exit()
                + " without naming the line that failed, so the result is unknown: "
                + errors.refusal().message());
    }

    private List<Outcome> done() {
        return operations.stream().map(Outcome::done).toList();
    }

    /** One operation was refused, and so none of them was carried out. */
    static List<Outcome> failedAt(int index, List<Operation> operations, Refusal refusal) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            outcomes.add(i == index ? Outcome.failed(operation, refusal) : Outcome.notAttempted(operation));
        }
        return outcomes;
    }
}
