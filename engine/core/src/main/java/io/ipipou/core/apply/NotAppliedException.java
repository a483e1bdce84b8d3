package io.ipipou.core.apply;

/** An apply that must not begin. Nothing was changed. The message is for the operator. */
public class NotAppliedException extends Exception {

    private static final long serialVersionUID = 1L;

    public NotAppliedException(String message) {
        super(message);
    }
}
