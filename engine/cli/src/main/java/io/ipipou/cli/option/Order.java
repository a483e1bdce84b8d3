package io.ipipou.cli.option;

/** Positions in {@code --help}: a command's own options come first, in the order of their declaration. */
public final class Order {

    public static final int BACKEND = 100;
    public static final int PLUGINS = 101;
    public static final int HELP = 102;

    private Order() {}
}
