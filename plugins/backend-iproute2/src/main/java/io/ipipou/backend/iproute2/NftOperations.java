package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import java.util.List;
import java.util.Optional;

/**
 * The table that the backend was opened for.
 *
 * @param command empty where there is none: then there is no table, and none can be made
 */
record NftOperations(Optional<NftCommand> command, String table) {

    static boolean handles(Operation operation) {
        return operation.subject() instanceof NftTable || operation.subject() instanceof NftElement;
    }

    Optional<NftSnapshot> read() throws BackendException {
        return command.isPresent() ? command.get().read() : Optional.empty();
    }

    /** Why the operation, one that this {@link #handles}, cannot be carried out. */
    Optional<String> refuses(Operation operation) {
        return command.isEmpty()
                ? Optional.of("the nft command is not there: install the package nftables, or choose another backend"
                        + " with settings.backend")
                : NftScriptLimits.validate(operation, table);
    }

    /** Carries out neighbouring operations: all of them, or none. */
    List<Outcome> execute(List<Operation> run) throws BackendException {
        for (int i = 0; i < run.size(); i++) {
            Optional<String> why = refuses(run.get(i));
            if (why.isPresent()) {
                return NftTransaction.failed(run, i, new Refusal("", why.get()));
            }
        }
        return new NftTransaction(command.orElseThrow(), run).run();
    }
}
