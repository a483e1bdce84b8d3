package io.ipipou.source.git.signature;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An allowed signers file: ssh-keygen(1), ALLOWED SIGNERS. JGit's reader cannot be used: it rejects a file with options
 * separated by commas, which is the only form ssh-keygen takes, and treats a missing file as empty.
 */
record AllowedSigners(List<AllowedSigner> signers) {

    static AllowedSigners read(Path file) throws IOException, MalformedException {
        return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    }

    /** @throws MalformedException if a line is invalid; the message begins with its number */
    static AllowedSigners parse(String text) throws MalformedException {
        List<AllowedSigner> signers = new ArrayList<>();
        String[] lines = text.split("\n", -1);
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
}
