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
 * Carries out neighbouring operations on the table and its elements in one transaction: one process, before which the
 * table is read only when it is to be changed itself. Where an element to change or delete may be gone, the table is read
 * after that was refused, and what is left goes to another process.
 */
final class NftTransaction {

    /** How often something may change between the reading and the writing. */
    private static final int ATTEMPTS = 3;

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
        NftScript script = changesTable ? NftScript.knowing(nft.read(), operations) : NftScript.blind(operations);
        for (int attempt = 1; ; attempt++) {
            if (script.refusal().isPresent()) {
                return failed(operations, script.current(), script.refusal().get());
            }
            if (script.text().isEmpty()) {
                return done();
            }
            Programs.Answer answer = nft.write(script.text());
            if (answer.exit() == 0) {
                return done();
            }
            List<Outcome> outcomes = judge(script, answer);
            if (!mayBeGone || attempt == ATTEMPTS) {
                return outcomes;
            }
            NftScript again = NftScript.knowing(nft.read(), operations);
            if (again.text().equals(script.text())) {
                return outcomes;
            }
            script = again;
        }
    }

    private List<Outcome> judge(NftScript script, Programs.Answer answer) throws BackendException {
        NftErrors errors = NftErrors.parse(answer.err());
        if (errors.nothingDone()) {
            return failed(operations, errors.line().flatMap(script::operation).orElse(0), errors.refusal());
        }
        throw new BackendException("nft ended with exit status " + answer.exit()
                + " without telling at which line, so it is not known what was done: "
                + errors.refusal().message());
    }

    private List<Outcome> done() {
        return operations.stream().map(Outcome::done).toList();
    }

    /** Nothing was done of the run, because of that one. */
    static List<Outcome> failed(List<Operation> run, int which, Refusal refusal) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < run.size(); i++) {
            outcomes.add(i == which ? Outcome.failed(run.get(i), refusal) : Outcome.notAttempted(run.get(i)));
        }
        return outcomes;
    }
}
