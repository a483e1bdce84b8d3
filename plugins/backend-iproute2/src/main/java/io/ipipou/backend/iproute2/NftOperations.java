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
 * Reads and writes the table that the backend was opened for.
 *
 * @param command empty if nft is not installed: then no table is read and none can be written
 */
record NftOperations(Optional<NftCommand> command, String table) {

    static boolean handles(Operation operation) {
        return operation.subject() instanceof NftTable || operation.subject() instanceof NftElement;
    }

    Optional<NftSnapshot> read() throws BackendException {
        return command.isPresent() ? command.get().read() : Optional.empty();
    }

    /** Why an operation that this class {@link #handles} cannot be carried out; empty if it can. */
    Optional<String> validate(Operation operation) {
        return command.isEmpty()
                ? Optional.of(
                        "the nft command is not installed: install the package nftables, or choose another backend"
                                + " with settings.backend")
                : NftScriptLimits.validate(operation, table);
    }

    /** Carries out all the operations in one transaction, or none of them. */
    List<Outcome> execute(List<Operation> operations) throws BackendException {
        for (int i = 0; i < operations.size(); i++) {
            Optional<String> reason = validate(operations.get(i));
            if (reason.isPresent()) {
                return NftTransaction.failedAt(i, operations, new Refusal("", reason.get()));
            }
        }
        return new NftTransaction(command.orElseThrow(), operations).run();
    }
}
