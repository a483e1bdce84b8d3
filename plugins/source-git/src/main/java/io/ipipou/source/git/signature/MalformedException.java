package io.ipipou.source.git.signature;

/** What should be a signature, a key or a line of a file is none. */
final class MalformedException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message);
    }
}
