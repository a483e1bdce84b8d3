package io.ipipou.deb;

import io.ipipou.cli.Ipipou;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** Writes the man pages, as AsciiDoc, and the bash completion. */
public final class Descriptions {

    private Descriptions() {}

    /** @param args the directory for {@code man/NAME.adoc} and {@code completion/ipipou} */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        CommandLine ipipou = Ipipou.model();
        Path pages = Files.createDirectories(directory.resolve("man"));
        writePages(pages, ipipou);
        Path completion = Files.createDirectories(directory.resolve("completion"));
        Files.writeString(completion.resolve("ipipou"), completion(ipipou));
    }

    private static void writePages(Path directory, CommandLine command) throws IOException {
        writePage(directory, command);
        for (CommandLine subcommand : command.getSubcommands().values()) {
            if (!subcommand.getCommandSpec().usageMessage().hidden()) {
                writePages(directory, subcommand);
            }
        }
    }

    private static void writePage(Path directory, CommandLine command) throws IOException {
        // Headings of man pages have no colon.
        command.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("Exit status")
                .footerHeading("Environment");
        StringWriter page = new StringWriter();
        ManPageGenerator.writeSingleManPage(new PrintWriter(page), command.getCommandSpec());
        Files.writeString(directory.resolve(command.getCommandSpec().qualifiedName("-") + ".adoc"), page.toString());
    }

    /** Without the interpreter line: the file is sourced, not run. */
    private static String completion(CommandLine ipipou) {
        return AutoComplete.bash("ipipou", ipipou)
                .lines()
                .filter(line -> !line.startsWith("#!"))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
