package io.ipipou.source.git.signature;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Who may sign with which key: the file of ssh-keygen(1), ALLOWED SIGNERS. JGit's own reader takes no ECDSA keys and no
 * security devices'.
 */
record AllowedSigners(List<AllowedSigner> signers) {

    static AllowedSigners read(Path file) throws IOException, MalformedException {
        return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    }

    /** @throws MalformedException if a line is none; the message begins with its number */
    static AllowedSigners parse(String text) throws MalformedException {
        List<AllowedSigner> signers = new ArrayList<>();
        String[] lines = text.split("\\R", -1);
        for (int index = 0; index < lines.length; index++) {
            String line = lines[index].strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                signers.add(AllowedSigner.parse(line));
            } catch (MalformedException e) {
                throw new MalformedException("line " + (index + 1) + ": " + e.getMessage());
            }
        }
        return new AllowedSigners(List.copyOf(signers));
    }

    List<AllowedSigner> withKey(byte[] key) {
        return signers.stream()
                .filter(signer -> Arrays.equals(signer.key(), key))
                .toList();
    }

    /** Why the key may not have signed then, or nothing. */
    static String refusal(AllowedSigner signer, String namespace, Instant time) {
        if (signer.certAuthority()) {
            return "the key is allowed only to sign certificates, which are not supported";
        }
        if (!signer.allowsNamespace(namespace)) {
            return "the key is allowed only for other namespaces than " + namespace;
        }
        if (signer.validAfter().filter(time::isBefore).isPresent()) {
            return "the key is allowed only after " + signer.validAfter().orElseThrow() + ", and this is of " + time;
        }
        if (signer.validBefore().filter(before -> !time.isBefore(before)).isPresent()) {
            return "the key is allowed only before " + signer.validBefore().orElseThrow() + ", and this is of " + time;
        }
        return "";
    }
}
