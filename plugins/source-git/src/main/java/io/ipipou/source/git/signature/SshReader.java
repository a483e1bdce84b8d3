package io.ipipou.source.git.signature;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Takes the data types of SSH (RFC 4251, section 5) off the front. */
final class SshReader {

    private final ByteBuffer in;

    SshReader(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes);
    }

    int uint32() throws MalformedException {
        need(Integer.BYTES);
        return in.getInt();
    }

    byte[] string() throws MalformedException {
        int length = uint32();
        need(length);
        return raw(length);
    }

    byte[] raw(int length) throws MalformedException {
        need(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    int octet() throws MalformedException {
        need(1);
        return Byte.toUnsignedInt(in.get());
    }

    String text() throws MalformedException {
        return new String(string(), StandardCharsets.UTF_8);
    }

    /** A number that is not negative. */
    BigInteger mpint() throws MalformedException {
        byte[] bytes = string();
        if (bytes.length == 0) {
            return BigInteger.ZERO;
        }
        BigInteger number = new BigInteger(bytes);
        if (number.signum() < 0) {
            throw new MalformedException("it holds a negative number");
        }
        return number;
    }

    void end() throws MalformedException {
        if (in.hasRemaining()) {
            throw new MalformedException("something follows its end");
        }
    }

    private void need(int length) throws MalformedException {
        if (length < 0 || length > in.remaining()) {
            throw new MalformedException("it is cut short");
        }
    }
}
