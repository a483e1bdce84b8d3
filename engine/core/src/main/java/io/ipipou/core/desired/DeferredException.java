package io.ipipou.core.desired;

/** A tunnel that this host cannot have now. */
final class DeferredException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Obstacle obstacle;

    DeferredException(String description, String remedy) {
        this(new Obstacle(description, remedy));
    }

    DeferredException(Obstacle obstacle) {
        super(
                obstacle.toString(),
                null,
                false,
                false); // no stack trace: it tells of the host, and thousands can come at once
        this.obstacle = obstacle;
    }

    Obstacle obstacle() {
        return obstacle;
    }
}
