package io.ipipou.source.git.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.source.Signature;
import io.ipipou.spi.source.Signature.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares verdicts with {@code ssh-keygen -Y verify}, which git runs, on damaged signatures and allowed signers. Ours
 * never trusts what ssh-keygen rejects; where it is stricter, the reason is listed here.
 */
class SshKeygenAgreementTest {

    private static final int MUTANTS = 1000;
    private static final byte[] PAYLOAD = "tree 0123\n\na change\n".getBytes(StandardCharsets.UTF_8);
    private static final Instant TIME = Instant.parse("2024-06-01T12:00:00Z");

    private static final String VERIFY_ALL = """
            i=0
            while [ -e "$i.sig" ]; do
                ssh-keygen -Y verify -f "$i.allowed" -I ada -n git -s "$i.sig" -Overify-time=20240601120000Z \\
                    <payload >/dev/null 2>&1 && echo "$i"
                i=$((i + 1))
            done
            exit 0
            """;

    /** Where we are stricter: why ssh-keygen accepts it, and what our verdict says. */
    private enum Stricter {
        INVALID_LINE("it skips invalid lines; here a mistake in the file is an error", "line [0-9]+: .*"),
        VERSION("it accepts every version up to 1", ".*version 0 is not supported"),
        NAME("it ignores a NUL at the end of a name", ".*signature type [^ ]*u0000 is not accepted.*"),
        AFTER_END("it ignores what follows the END line", ".*it is not enclosed in .*"),
        SHORT_RSA_KEY("it accepts RSA keys of 1024 bits, not only of 2048 and more", ".*the RSA key has 1024 bits.*"),
        LAST_SECOND("it accepts the very second of valid-before", ".*valid only before 2024-06-01T12:00:00Z.*"),
        ED25519_S(
                "it does not check that S is below the group's order (RFC 8032, section 5.1.7)",
                "ed25519: the signature does not match the content");

        private final String why;
        private final String verdict;

        Stricter(String why, String verdict) {
            this.why = why;
            this.verdict = verdict;
        }
    }

    @TempDir
    private Path directory;

    @Test
    void agreesOnAThousandMutants() throws Exception {
        List<SigningKey> keys = List.of(
                SigningKey.ed25519(),
                SigningKey.ed25519().onSecurityKey(),
                SigningKey.ecdsa(256),
                SigningKey.ecdsa(384),
                SigningKey.ecdsa(521),
                SigningKey.ecdsa(256).onSecurityKey(),
                SigningKey.rsa(2048, "rsa-sha2-256"),
                SigningKey.rsa(2048, "rsa-sha2-512"));
        SshMutations mutations = new SshMutations(new Random(20240601), keys);
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            SigningKey key = mutations.any(keys);
            write(mutant, mutations.signature(key, PAYLOAD), mutations.allowedSigners(key));
        }

        Set<Integer> trustedBySshKeygen = trustedBySshKeygen();
        int trusted = 0;
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            String rejection = rejection(mutant);
            if (rejection.isEmpty()) {
                trusted++;
                assertThat(trustedBySshKeygen).as(files(mutant)).contains(mutant);
            } else if (trustedBySshKeygen.contains(mutant)) {
                assertThat(Stricter.values())
                        .as(rejection + "\n" + files(mutant))
                        .anyMatch(stricter -> rejection.matches(stricter.verdict));
            }
        }
        assertThat(trusted).isBetween(150, 500);
    }

    @ParameterizedTest
    @EnumSource
    void isStricterOnlyWhereListed(Stricter stricter) throws Exception {
        SigningKey key = SigningKey.ed25519();
        String allowed = "ada " + key.line() + "\n";
        byte[] signature = key.sign(PAYLOAD, "git", "sha512");
        byte[] armored = SigningKey.armored(signature);
        switch (stricter) {
            case INVALID_LINE -> write(0, armored, "ada ssh-ed25519 nonsense\n" + allowed);
            case VERSION -> {
                signature[SshSignature.MAGIC.length + 3] = 0;
                write(0, SigningKey.armored(signature), allowed);
            }
            case NAME -> {
                SigningKey other = new SigningKey(key.type(), key.algorithm() + "\0", key.signer(), key.pair());
                write(0, SigningKey.armored(other.sign(PAYLOAD, "git", "sha512")), allowed);
            }
            case AFTER_END ->
                write(
                        0,
                        (new String(armored, StandardCharsets.US_ASCII) + "more\n").getBytes(StandardCharsets.US_ASCII),
                        allowed);
            case SHORT_RSA_KEY -> {
                SigningKey rsa = SigningKey.rsa(1024, "rsa-sha2-512");
                write(0, SigningKey.armored(rsa.sign(PAYLOAD, "git", "sha512")), "ada " + rsa.line() + "\n");
            }
            case LAST_SECOND -> write(0, armored, "ada valid-before=\"20240601120000Z\" " + key.line() + "\n");
            case ED25519_S -> write(0, SigningKey.armored(SshMutations.plusGroupOrder(signature)), allowed);
        }
        assertThat(trustedBySshKeygen()).as(stricter.why).containsExactly(0);
        assertThat(rejection(0)).matches(stricter.verdict);
    }

    private void write(int mutant, byte[] signature, String allowed) throws IOException {
        Files.write(directory.resolve(mutant + ".sig"), signature);
        Files.writeString(directory.resolve(mutant + ".allowed"), allowed);
    }

    /** Why the signature is not trusted, or an empty string. */
    private String rejection(int mutant) throws IOException {
        SignedObject object = new SignedObject(PAYLOAD, Files.readAllBytes(directory.resolve(mutant + ".sig")), TIME);
        try {
            Signature found = new SshVerifier(Optional.of(directory.resolve(mutant + ".allowed"))).verify(object);
            boolean ofEd25519 = found.status() == Status.BAD && files(mutant).contains("ed25519");
            return (ofEd25519 ? "ed25519: " : "") + found.detail();
        } catch (MalformedException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private Set<Integer> trustedBySshKeygen() throws IOException, InterruptedException {
        Files.write(directory.resolve("payload"), PAYLOAD);
        Process process = new ProcessBuilder("sh", "-c", VERIFY_ALL)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return printed.lines().map(Integer::valueOf).collect(Collectors.toSet());
    }

    private String files(int mutant) throws IOException {
        return Files.readString(directory.resolve(mutant + ".allowed"))
                + Files.readString(directory.resolve(mutant + ".sig"));
    }
}
