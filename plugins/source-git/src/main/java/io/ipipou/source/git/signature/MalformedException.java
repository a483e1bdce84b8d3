package io.ipipou.source.git.signature;

/** A signature, a key or a file of keys is invalid or not supported. */
final class MalformedException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message);
    }
}
