package io.ipipou.core.apply;

import io.ipipou.core.desired.UnresolvableException;

/** An apply waits to be confirmed, and until then no other begins. Nothing was changed. */
public final class PendingConfirmationException extends UnresolvableException {

    private static final long serialVersionUID = 1L;

    PendingConfirmationException(Journal.Entry entry) {
        super("an apply, process " + entry.process()
                + ", awaits confirmation (first keep it with confirm, or undo it with rollback)");
    }
}
