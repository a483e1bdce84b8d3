package io.ipipou.core.apply;

import io.ipipou.core.desired.UnresolvableException;

/** An apply waits to be confirmed, and until then no other begins. Nothing was changed. */
public final class AwaitsConfirmationException extends UnresolvableException {

    private static final long serialVersionUID = 1L;

    AwaitsConfirmationException(Journal.Entry entry) {
        super("an apply, process " + entry.process()
                + ", awaits confirmation (first keep it with confirm, or undo it with rollback)");
    }
}
