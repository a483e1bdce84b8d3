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
        writePage(pages, ipipou);
        for (CommandLine command : ipipou.getSubcommands().values()) {
            if (!command.getCommandSpec().usageMessage().hidden()) {
                writePage(pages, command);
            }
        }
        Path completion = Files.createDirectories(directory.resolve("completion"));
        Files.writeString(completion.resolve("ipipou"), completion(ipipou));
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
