package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs {@code nft}, 1.0.6 or later, for one table of the family {@code ip}. */
final class NftCommand {

    /**
     * nft 1.0.6 leaves out {@code meta l4proto 4} before {@code th sport} in its listing, and the flag {@code dynamic}
     * and fractions of a second in JSON. So it also prints the rules' expressions as the kernel has them
     * ({@code --debug=netlink}). {@code -y} prints priorities as numbers; {@code -T} for timeouts would lose fractions
     * of a second.
     */
    private static final List<String> LIST = List.of("-y", "-a", "--debug=netlink", "list", "table", "ip");

    private static final String NO_TABLE = "Error: No such file or directory";

    /** Error messages of a kernel without nf_tables. */
    private static final List<String> NO_NFTABLES = List.of(
            "cache initialization failed: Invalid argument", "Protocol not supported", "Operation not supported");

    private final Programs programs;
    private final Path command;
    private final String table;

    NftCommand(Programs programs, Path command, String table) {
        this.programs = programs;
        this.command = command;
        this.table = table;
    }

    /** Reads the table with its elements; empty if it does not exist. */
    Optional<NftSnapshot> read() throws BackendException {
        Programs.Result result = programs.run(command, arguments(), List.of());
        if (result.exit() == 0) {
            return Optional.of(new NftListing(table, result.out()).snapshot());
        }
        String message = result.err().strip();
        if (message.contains("Operation not permitted")) {
            throw new BackendException("cannot read nftables", Refusal.PERMISSION_DENIED);
        }
        if (message.startsWith(NO_TABLE) || NO_NFTABLES.stream().anyMatch(message::contains)) {
            return Optional.empty();
        }
        throw new BackendException("nft cannot read the table " + table + " (exit status " + result.exit() + "): "
                + Programs.orNoMessage(message));
    }

    private List<String> arguments() {
        return Stream.concat(LIST.stream(), Stream.of(table)).toList();
    }

    /** Carries out the lines in one transaction. */
    Programs.Result write(List<String> lines) throws BackendException {
        return programs.run(command, List.of("-f", "-"), lines);
    }
}
