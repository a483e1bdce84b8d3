package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Errors of nft 1.0.6 on Linux 6.1, recorded by {@code recorded/record-nft}. */
final class NftErrorsTest {

    @Test
    void everyRecordedErrorIsParsed() throws Exception {
        assertThat(errors())
                .containsExactly(
                        at(1, "EEXIST", "File exists"),
                        at(2, "ENOENT", "No such file or directory"),
                        new NftErrors(Optional.empty(), new Refusal("", "set is not a map"), true),
                        at(2, "", "Can't parse symbolic invalid expressions"),
                        at(2, "EINVAL", "Invalid argument"),
                        at(3, "EEXIST", "File exists"),
                        at(1, "ENOENT", "No such file or directory"),
                        at(1, "ENOENT", "No such file or directory"),
                        at(4, "ENOENT", "No such file or directory"),
                        at(3, "EEXIST", "File exists"),
                        at(1, "EBUSY", "Device or resource busy"),
                        at(1, "EBUSY", "Device or resource busy"),
                        at(1, "", "syntax error, unexpected newline, expecting string"),
                        at(1, "EPERM", "Operation not permitted"));
    }

    private static NftErrors at(int line, String errno, String message) {
        return new NftErrors(Optional.of(line), new Refusal(errno, message), true);
    }

    private static List<NftErrors> errors() throws IOException {
        List<NftErrors> errors = new ArrayList<>();
        Arrays.stream(Recorded.text("6.1/nft/refusals").split("(?m)^> .*\n"))
                .skip(1)
                .forEach(output -> errors.add(NftErrors.parse(output)));
        return errors;
    }
}
