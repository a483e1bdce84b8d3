package io.ipipou.backend.iproute2;

import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first thing that {@code nft -f -} said on its standard error.
 *
 * @param line of the script, from 1; empty when it did not tell
 * @param nothingDone whether it is sure that the transaction did not take place
 */
record NftErrors(Optional<Integer> line, Refusal refusal, boolean nothingDone) {

    private static final Pattern ERROR =
            Pattern.compile("(?m)^(?:(?:/dev/stdin|-):([0-9]{1,9}):[-0-9]+|netlink): Error: (.+)$");
    private static final String FROM_KERNEL = "Could not process rule: ";

    private static final String NO_SOCKET = "Unable to initialize Netlink socket: Protocol not supported";
    private static final String MISSING = "; the kernel may lack nf_tables (try: modprobe nf_tables)";

    static NftErrors parse(String stderr) {
        Matcher error = ERROR.matcher(stderr);
        if (!error.find()) {
            String all = stderr.strip();
            boolean noSocket = all.contains(NO_SOCKET);
            Refusal refusal = noSocket
                    ? new Refusal("EPROTONOSUPPORT", all + MISSING)
                    : new Refusal("", all.isEmpty() ? "it did not say why" : all);
            return new NftErrors(Optional.empty(), refusal, noSocket);
        }
        String said = error.group(2).strip();
        boolean fromKernel = said.startsWith(FROM_KERNEL);
        String words = fromKernel ? said.substring(FROM_KERNEL.length()) : said;
        Optional<Errno> errno = IpErrors.ofText(words);
        boolean unsupported = errno.filter(Errno.EOPNOTSUPP::equals).isPresent();
        Refusal refusal = new Refusal(errno.map(Errno::name).orElse(""), unsupported ? words + MISSING : words);
        Optional<Integer> line = Optional.ofNullable(error.group(1)).map(Integer::valueOf);
        // Without a line, the kernel's answer may have been lost, but not what nft finds out before it sends anything.
        boolean sent = line.isEmpty() && fromKernel && !refusal.is(Errno.EPERM);
        return new NftErrors(line, refusal, !sent);
    }
}
