package io.ipipou.cli.option;

/** Positions in {@code --help}: a command's own options come first, in the order of their declaration. */
public final class Order {

    /** Options that most commands have. */
    public static final int COMMON = 100;

    public static final int HELP = 200;

    private Order() {}
}
