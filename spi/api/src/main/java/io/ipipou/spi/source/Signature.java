package io.ipipou.spi.source;

/**
 * The result of verifying a revision's signature.
 *
 * @param signer when {@link Status#TRUSTED}, the name that the trusted keys have for the key; otherwise what is known
 *     of the key, or empty
 * @param detail why the signature is not trusted, for the operator; empty when it is
 */
public record Signature(Status status, String signer, String detail) {

    public enum Status {
        /** The revision is not signed. */
        NONE,
        /** It is valid and made with a key that this host trusts. */
        TRUSTED,
        /** It was made with a key that this host does not trust (any more), or it cannot be verified. */
        UNTRUSTED,
        /** It does not match the revision's content. */
        BAD
    }

    public static final Signature NONE = new Signature(Status.NONE, "", "there is no signature");

    public boolean isTrusted() {
        return status == Status.TRUSTED;
    }
}
