package io.ipipou.spi.source;

/**
 * What a revision's signature is worth.
 *
 * @param signer when {@link Status#TRUSTED}, whom the trusted keys name for the key; otherwise what is known of the key, or
 *     nothing
 * @param detail why it is not trusted, for the operator; empty when it is
 */
public record Signature(Status status, String signer, String detail) {

    public enum Status {
        /** There is none. */
        NONE,
        /** It is right, and by a key that this host trusts. */
        TRUSTED,
        /** It is by a key that this host does not trust, or no longer, or that cannot be checked. */
        UNTRUSTED,
        /** It does not belong to this content. */
        BAD
    }

    public static final Signature NONE = new Signature(Status.NONE, "", "there is no signature");

    public boolean isTrusted() {
        return status == Status.TRUSTED;
    }
}
