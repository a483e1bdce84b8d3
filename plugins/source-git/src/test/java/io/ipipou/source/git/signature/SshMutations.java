package io.ipipou.source.git.signature;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/** Signatures and lines of allowed signers, valid and damaged in every way that a reader could overlook. */
final class SshMutations {

    private static final List<String> HASHES = List.of("sha256", "sha512", "sha512", "sha1", "md5");
    private static final List<String> NAMESPACES = List.of("git", "git", "file", "GIT", "git\0", "");
    private static final List<String> OPTIONS = List.of(
            "namespaces=\"git\"",
            "namespaces=\"file,g?t\"",
            "namespaces=\"file, git\"",
            "namespaces=\"!git,*\"",
            "namespaces=\"gi[t]*\"",
            "namespaces=git",
            "namespaces=\"\"",
            "NAMESPACES=\"git\"",
            "cert-authority",
            "valid-after=\"20240101\"",
            "valid-after=\"20250101Z\"",
            "valid-after=\"202401011200\"",
            "valid-after=\"19691231\"",
            "valid-before=\"20250101\"",
            "valid-before=\"20240601120000Z\"",
            "valid-before=\"20240101120000Z\"",
            "valid-before=\"99991231\"",
            "no-touch-required",
            "");
    private static final String ALPHABET = " \t\"\\,=#@*?aZ09/+";

    private final Random random;
    private final List<SigningKey> keys;

    SshMutations(Random random, List<SigningKey> keys) {
        this.random = random;
        this.keys = keys;
    }

    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** An armored signature of the payload. */
    byte[] signature(SigningKey key, byte[] payload) throws Exception {
        String namespace = "git";
        String hash = "sha512";
        byte[] blob = key.blob();
        int kind = random.nextInt(16);
        if (kind == 0) {
            namespace = any(NAMESPACES);
        } else if (kind == 1) {
            hash = any(HASHES);
        } else if (kind == 2) {
            blob = random.nextBoolean() ? any(keys).blob() : with(blob, b -> b.putByte((byte) 0));
        }
        byte[] signature = key.signature(payload, namespace, hash);
        if (kind >= 3 && kind <= 7) {
            signature = inner(key, signature, kind - 3);
        }
        byte[] whole = SigningKey.enclosed(blob, namespace, hash, signature);
        if (kind == 8) {
            whole = bytes(whole);
        } else if (kind == 9) {
            whole = envelope(whole, blob, signature);
        }
        byte[] armored = SigningKey.armored(whole);
        return kind >= 10 && kind <= 11 ? armor(armored) : armored;
    }

    /** Damages the signature proper and keeps the lengths around it right. */
    private byte[] inner(SigningKey key, byte[] signature, int kind) {
        Buffer in = new ByteArrayBuffer(signature);
        String algorithm = in.getString();
        byte[] value = in.getBytes();
        byte[] rest = new byte[in.available()];
        in.getRawBytes(rest);
        switch (kind) {
            case 0 ->
                algorithm = any(List.of("ssh-rsa", "rsa-sha2-256", "ssh-ed25519", "ssh-dss", algorithm + "\0", ""));
            case 1 -> value = key.algorithm().contains("ecdsa") ? numbers(value) : resized(value);
            case 2 -> rest = rest.length == 0 ? new byte[random.nextInt(3)] : flipped(rest);
            case 3 -> {
                if (random.nextBoolean()) {
                    value = signature;
                } else {
                    value = plusGroupOrder(value);
                }
            }
            default -> value = flipped(value);
        }
        Buffer out = new ByteArrayBuffer();
        out.putString(algorithm);
        out.putBytes(value);
        out.putRawBytes(rest);
        return out.getCompactData();
    }

    /** Adds the order of Ed25519's group to S, which the last 32 bytes hold. */
    static byte[] plusGroupOrder(byte[] signature) {
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] copy = signature.clone();
        int end = copy.length - 1;
        BigInteger s = BigInteger.ZERO;
        for (int i = 0; i < 32; i++) {
            s = s.or(BigInteger.valueOf(copy[end - i] & 0xff).shiftLeft(8 * (31 - i)));
        }
        s = s.add(order);
        for (int i = 0; i < 32; i++) {
            copy[end - i] = s.shiftRight(8 * (31 - i)).byteValue();
        }
        return copy;
    }

    private byte[] resized(byte[] value) {
        return switch (random.nextInt(4)) {
            case 0 -> with(new byte[1], b -> b.putRawBytes(value));
            case 1 -> with(value, b -> b.putByte((byte) 0));
            case 2 -> Arrays.copyOfRange(value, 1, value.length);
            default -> Arrays.copyOf(value, value.length - 1);
        };
    }

    /** ECDSA's r and s, written in another way. */
    private byte[] numbers(byte[] value) {
        Buffer in = new ByteArrayBuffer(value);
        byte[] r = in.getBytes();
        byte[] s = in.getBytes();
        Buffer out = new ByteArrayBuffer();
        switch (random.nextInt(6)) {
            case 0 -> out.putBytes(with(new byte[1], b -> b.putRawBytes(r)));
            case 1 -> out.putBytes(with(new byte[70], b -> b.putRawBytes(r)));
            case 2 ->
                out.putBytes(
                        r[0] == 0
                                ? Arrays.copyOfRange(r, 1, r.length)
                                : new BigInteger(r).negate().toByteArray());
            case 3 -> out.putBytes(new byte[0]);
            case 4 -> out.putBytes(s);
            default -> out.putBytes(r);
        }
        out.putBytes(s);
        if (random.nextInt(4) == 0) {
            out.putByte((byte) 0);
        }
        return out.getCompactData();
    }

    private byte[] envelope(byte[] whole, byte[] key, byte[] signature) {
        int kind = random.nextInt(4);
        if (kind == 0) {
            return with(whole, b -> b.putByte((byte) 0));
        }
        Buffer out = new ByteArrayBuffer();
        out.putRawBytes(SshSignature.MAGIC);
        out.putUInt(kind == 1 ? random.nextInt(4) : 1);
        out.putBytes(key);
        out.putString("git");
        out.putString(kind == 2 ? "reserved" : "");
        out.putString(kind == 3 ? "SHA512" : "sha512");
        out.putBytes(signature);
        return out.getCompactData();
    }

    private byte[] bytes(byte[] whole) {
        int at = random.nextInt(whole.length);
        byte[] tail = Arrays.copyOfRange(whole, at, whole.length);
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(whole, at);
            case 1 -> with(Arrays.copyOf(whole, at), b -> b.putRawBytes(Arrays.copyOfRange(tail, 1, tail.length)));
            case 2 ->
                with(Arrays.copyOf(whole, at), b -> {
                    b.putByte((byte) random.nextInt(256));
                    b.putRawBytes(tail);
                });
            default -> flipped(whole);
        };
    }

    private byte[] flipped(byte[] bytes) {
        byte[] copy = bytes.clone();
        copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        return copy;
    }

    private byte[] armor(byte[] armored) {
        String text = new String(armored, StandardCharsets.US_ASCII);
        String end = "-----END";
        String changed =
                switch (random.nextInt(12)) {
                    case 0 -> text.replace("\n", "\r\n");
                    case 1 -> text.replaceAll("(?<=[A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/])", "");
                    case 2 -> text.replaceFirst("\n", "\n \t");
                    case 3 -> text.replaceFirst("=+\n" + end, "\n" + end);
                    case 4 -> strayBits(text);
                    case 5 -> "\n" + text;
                    case 6 -> text + "more\n";
                    case 7 -> text.replace("\n" + end, end);
                    case 8 -> text.replaceFirst("U", "!");
                    case 9 -> text.replace("BEGIN", "BEGlN");
                    case 10 -> text.replace(end, "----END");
                    default -> text + "\n\n";
                };
        return changed.getBytes(StandardCharsets.US_ASCII);
    }

    private static String strayBits(String text) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        int padding = text.indexOf("=\n");
        if (padding < 0) {
            return text;
        }
        int at = text.charAt(padding - 1) == '=' ? padding - 2 : padding - 1;
        char other = alphabet.charAt(alphabet.indexOf(text.charAt(at)) ^ 1);
        return text.substring(0, at) + other + text.substring(at + 1);
    }

    /** A file that allows the key, or seems to. */
    String allowedSigners(SigningKey key) {
        String good = line(key, "");
        return switch (random.nextInt(8)) {
            case 0 -> line(key, options());
            case 1 -> line(key, options() + "," + options());
            case 2 -> characters(line(key, options()));
            case 3 -> line(any(keys), options()) + good;
            case 4 -> good + line(any(keys), options());
            case 5 -> "# comment\n\n" + characters(good);
            default -> good;
        };
    }

    private String options() {
        return any(OPTIONS);
    }

    private String line(SigningKey key, String options) {
        String principals = any(List.of("ada", "ada", "ada,*@example.net", "\"*\"", "a?a"));
        String comment = any(List.of("", " ada@example.net", "\ta \"comment\"", " "));
        String space = any(List.of(" ", " ", "\t", "  "));
        return principals + space + options + (options.isEmpty() ? "" : space) + key.line() + comment + "\n";
    }

    /** One character more, less or other after the principals, most often outside the key. */
    private String characters(String line) {
        int principals = line.split("[ \t]", 2)[0].length();
        int length = line.length() - 2 - principals;
        int at = principals + 1 + random.nextInt(random.nextInt(4) == 0 ? length : Math.min(60, length));
        String other = random.nextInt(3) == 0 ? "" : String.valueOf(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        return line.substring(0, at) + other + line.substring(at + random.nextInt(2));
    }

    private interface Change {
        void apply(Buffer buffer);
    }

    private static byte[] with(byte[] bytes, Change change) {
        Buffer buffer = new ByteArrayBuffer();
        buffer.putRawBytes(bytes);
        change.apply(buffer);
        return buffer.getCompactData();
    }
}
