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
     * The listing of rules alone would not do: 1.0.6 leaves out {@code meta l4proto 4} before {@code th sport}, and its
     * JSON the flag {@code dynamic} and all below a second. So it also has to print what the kernel really has. Priorities
     * are to be numbers; times are not, which would lose all below a second, too.
     */
    private static final List<String> LIST = List.of("-y", "-a", "--debug=netlink", "list", "table", "ip");

    private static final String NO_TABLE = "Error: No such file or directory";

    /** What a kernel without nf_tables says. */
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

    /** Reads the table with its elements; empty when it is not there. */
    Optional<NftSnapshot> read() throws BackendException {
        Programs.Answer answer = programs.run(command, arguments(), List.of());
        if (answer.exit() == 0) {
            return Optional.of(new NftListing(table, answer.out()).snapshot());
        }
        String said = answer.err().strip();
        if (said.contains("Operation not permitted")) {
            throw new BackendException("cannot read nftables", Refusal.PERMISSION_DENIED);
        }
        if (said.startsWith(NO_TABLE) || NO_NFTABLES.stream().anyMatch(said::contains)) {
            return Optional.empty();
        }
        throw new BackendException("nft cannot read the table " + table + " (exit status " + answer.exit() + "): "
                + (said.isEmpty() ? "it did not say why" : said));
    }

    private List<String> arguments() {
        return Stream.concat(LIST.stream(), Stream.of(table)).toList();
    }

    /** Carries out the lines in one transaction: all or nothing. */
    Programs.Answer write(List<String> lines) throws BackendException {
        return programs.run(command, List.of("-f", "-"), lines);
    }
}
