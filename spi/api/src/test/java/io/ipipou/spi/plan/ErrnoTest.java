package io.ipipou.spi.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoTest {

    @Test
    void findsAnErrorByItsNumber() {
        assertThat(Errno.of(1)).contains(Errno.EPERM);
        assertThat(Errno.of(113)).contains(Errno.EHOSTUNREACH);
        assertThat(Errno.of(0)).isEmpty();
        assertThat(Errno.of(-1)).isEmpty();
    }

    @Test
    void findsAnErrorByTheTextsOfGlibcAndMusl() {
        assertThat(Errno.ofText("File exists")).contains(Errno.EEXIST);
        assertThat(Errno.ofText("No such process")).contains(Errno.ESRCH);
        assertThat(Errno.ofText("Address already in use")).contains(Errno.EADDRINUSE);
        assertThat(Errno.ofText("Address in use")).contains(Errno.EADDRINUSE);
        assertThat(Errno.ofText("Numerical result out of range")).contains(Errno.ERANGE);
        assertThat(Errno.ofText("Result not representable")).contains(Errno.ERANGE);
        assertThat(Errno.ofText("exists")).isEmpty();
        assertThat(Errno.ofText("")).isEmpty();
    }

    @Test
    void refusalHasTheKernelsWordsOrElseTheMeaning() {
        assertThat(Refusal.of(17)).hasToString("Object exists (EEXIST)");
        assertThat(Refusal.of(17, "ipv4: Address already assigned"))
                .hasToString("ipv4: Address already assigned (EEXIST)");
        assertThat(Refusal.of(4242)).isEqualTo(new Refusal("", "error number 4242"));
        assertThat(Refusal.PERMISSION_DENIED)
                .hasToString("permission denied: this command needs root or CAP_NET_ADMIN (EPERM)");
        assertThat(Refusal.of(1).is(Errno.EPERM)).isTrue();
        assertThat(Refusal.of(4242).is(Errno.EPERM)).isFalse();
    }
}
