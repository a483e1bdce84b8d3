package io.ipipou.backend.iproute2;

import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first error that {@code nft -f -} printed.
 *
 * @param line the line of the script, from 1; empty if the error names none
 * @param notCommitted whether it is certain that the transaction was not committed
 */
record NftErrors(Optional<Integer> line, Refusal refusal, boolean notCommitted) {

    private static final Pattern ERROR =
            Pattern.compile("(?m)^(?:(?:/dev/stdin|-):([0-9]{1,9}):[-0-9]+|netlink): Error: (.+)$");
    private static final String FROM_KERNEL = "Could not process rule: ";

    private static final String NO_SOCKET = "Unable to initialize Netlink socket: Protocol not supported";
    private static final String HINT = "; the kernel may lack nf_tables (try: modprobe nf_tables)";

    static NftErrors parse(String stderr) {
        Matcher error = ERROR.matcher(stderr);
        if (!error.find()) {
            String all = stderr.strip();
            boolean noSocket = all.contains(NO_SOCKET);
            Refusal refusal = noSocket
                    ? new Refusal(Errno.EPROTONOSUPPORT, all + HINT)
                    : new Refusal("", Programs.orNoMessage(all));
            return new NftErrors(Optional.empty(), refusal, noSocket);
        }
        String message = error.group(2).strip();
        boolean fromKernel = message.startsWith(FROM_KERNEL);
        String words = fromKernel ? message.substring(FROM_KERNEL.length()) : message;
        Optional<Errno> errno = IpErrors.ofText(words);
        boolean unsupported = errno.filter(Errno.EOPNOTSUPP::equals).isPresent();
        Refusal refusal = new Refusal(errno.map(Errno::name).orElse(""), unsupported ? words + HINT : words);
        Optional<Integer> line = Optional.ofNullable(error.group(1)).map(Integer::valueOf);
        // An error of the kernel without a line may mean that its reply was lost. Other errors come before nft sends.
        boolean mayBeCommitted = line.isEmpty() && fromKernel && !refusal.is(Errno.EPERM);
        return new NftErrors(line, refusal, !mayBeCommitted);
    }
}
