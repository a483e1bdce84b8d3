package io.ipipou.core.apply;

/** Another apply awaits confirmation, so this one did not begin. Nothing was changed. */
public final class PendingConfirmationException extends NotAppliedException {

    private static final long serialVersionUID = 1L;

    PendingConfirmationException(Journal.Entry entry) {
        super("an apply (process " + entry.process()
                + ") awaits confirmation (run ipipou confirm to keep it, or ipipou rollback to undo it)");
    }
}
