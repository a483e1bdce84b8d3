package io.ipipou.backend.iproute2;

import io.ipipou.spi.plan.Refusal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first thing that {@code nft -f -} said on its standard error.
 *
 * @param line of the script, from 1; empty when it did not tell
 */
record NftErrors(Optional<Integer> line, Refusal refusal) {

    private static final Pattern ERROR = Pattern.compile("(?m)^(?:/dev/stdin|-):([0-9]{1,9}):[-0-9]+: Error: (.+)$");
    private static final String FROM_KERNEL = "Could not process rule: ";

    static NftErrors parse(String stderr) {
        Matcher error = ERROR.matcher(stderr);
        if (error.find()) {
            String said = error.group(2).strip();
            String words = said.startsWith(FROM_KERNEL) ? said.substring(FROM_KERNEL.length()) : said;
            return new NftErrors(Optional.of(Integer.valueOf(error.group(1))), new Refusal(Errno.ofText(words), words));
        }
        String all = stderr.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("it did not say why");
        return new NftErrors(Optional.empty(), new Refusal(Errno.ofText(all), all));
    }
}
