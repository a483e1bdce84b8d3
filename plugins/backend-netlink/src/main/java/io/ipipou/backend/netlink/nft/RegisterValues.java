package io.ipipou.backend.netlink.nft;

import io.ipipou.backend.netlink.nft.expression.Expression;
import io.ipipou.spi.state.NftField;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The registers at one point of a rule. A value that no later expression reads is reported. */
final class RegisterValues {

    /** What a register holds. */
    sealed interface Value {

        /** For an operator, in nft's notation where possible. */
        String text();
    }

    record Field(NftField field) implements Value {
        @Override
        public String text() {
            return field.toString();
        }
    }

    /** The byte whose upper half is {@link NftField#INNER_VERSION}. */
    record VersionByte() implements Value {
        @Override
        public String text() {
            return "@th,64,8";
        }
    }

    /** What a map has for a key. */
    record Mapped(List<NftField> key, String map) implements Value {
        @Override
        public String text() {
            return key.stream().map(NftField::toString).collect(Collectors.joining(" . ")) + " map @" + map;
        }
    }

    record Unrecognized(String text) implements Value {}

    private final Map<Integer, Value> values = new HashMap<>();
    private final Set<Integer> unread = new TreeSet<>();
    private final Consumer<Value> onUnread;

    RegisterValues(Consumer<Value> onUnread) {
        this.onUnread = onUnread;
    }

    /** @param bytes length of the value, which starts in the register */
    void put(int register, Value value, long bytes) {
        long end = Math.min(register + (bytes + 3) / 4, Expression.END);
        for (int i = register; i < end; i++) {
            reportIfUnread(i);
            values.put(i, i == register ? value : new Unrecognized("rest of " + value.text()));
        }
        unread.add(register);
    }

    Value get(int register) {
        unread.remove(register);
        return values.getOrDefault(register, new Unrecognized("register " + register));
    }

    /** At the end of a rule. An unread load still matters: the rule ends if the packet does not have the bytes. */
    void reportUnread() {
        List.copyOf(unread).forEach(this::reportIfUnread);
    }

    private void reportIfUnread(int register) {
        if (unread.contains(register)) {
            onUnread.accept(get(register));
        }
    }
}
