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

/** Writes what the package says about the commands: man pages as AsciiDoc, and completion for bash. */
public final class Descriptions {

    private Descriptions() {}

    /** Takes the directory for {@code man/NAME.adoc} and {@code completion/ipipou}. */
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
        if (command.getCommandSpec().usageMessage().footer().length > 0) {
            command.getCommandSpec().usageMessage().footerHeading("Notes"); // without a heading it is left out
        }
        StringWriter page = new StringWriter();
        ManPageGenerator.writeSingleManPage(new PrintWriter(page), command.getCommandSpec());
        Files.writeString(directory.resolve(command.getCommandSpec().qualifiedName("-") + ".adoc"), page.toString());
    }

    /** It is sourced, never run, so it says no interpreter. */
    private static String completion(CommandLine ipipou) {
        return AutoComplete.bash("ipipou", ipipou)
                .lines()
                .filter(line -> !line.startsWith("#!"))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
