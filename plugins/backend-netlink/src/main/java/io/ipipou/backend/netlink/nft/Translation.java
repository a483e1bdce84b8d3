package io.ipipou.backend.netlink.nft;

import io.ipipou.backend.netlink.nft.expression.Bytes;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Translates sets, chains and elements between messages and the SPI. Empty for what the SPI cannot express. */
final class Translation {

    private static final int REGISTER_BYTES = 4;
    /** Bits of each type's number in the type of a concatenation. */
    private static final int TYPE_BITS = 6;

    private Translation() {}

    /** nft's number of a type. */
    private static int number(NftType type) {
        return switch (type) {
            case IPV4_ADDR -> 7;
            case INET_SERVICE -> 13;
        };
    }

    private static Optional<NftType> type(int number) {
        return Arrays.stream(NftType.values())
                .filter(type -> number(type) == number)
                .findFirst();
    }

    static SetMessage message(String table, NftSet set) {
        int flags = (set.data().isPresent() ? SetMessage.NFT_SET_MAP : 0)
                | (set.timeouts() ? SetMessage.NFT_SET_TIMEOUT : 0)
                | (set.meter().isPresent() ? SetMessage.NFT_SET_EVAL : 0);
        return new SetMessage(
                table,
                set.name(),
                flags,
                set.key().stream().mapToInt(Translation::number).reduce(0, (all, one) -> all << TYPE_BITS | one),
                length(set.key()),
                set.data().map(Translation::number).orElse(0),
                set.data().map(NftType::length).orElse(0),
                set.meter().map(NftSet.Meter::size).orElse(0),
                set.meter().map(meter -> meter.timeout().toMillis()).orElse(0L),
                false);
    }

    /** Bytes of a key. The values of a concatenation are padded to whole registers. */
    private static int length(List<NftType> key) {
        return key.size() == 1 ? key.get(0).length() : REGISTER_BYTES * key.size();
    }

    static Optional<NftSet> set(SetMessage message) {
        int flags = message.flags();
        List<NftType> key = types(message.keyType());
        boolean isMap = message.isMap();
        Optional<NftType> data = isMap ? type(message.dataType()) : Optional.empty();
        boolean timeouts = (flags & SetMessage.NFT_SET_TIMEOUT) != 0;
        boolean dynamic = (flags & SetMessage.NFT_SET_EVAL) != 0;
        if (key.isEmpty()
                || isMap != data.isPresent()
                || (dynamic && (message.size() == 0 || message.timeout() == 0))) {
            return Optional.empty();
        }
        Optional<NftSet.Meter> meter = dynamic && timeouts
                ? Optional.of(new NftSet.Meter(message.size(), Duration.ofMillis(message.timeout())))
                : Optional.empty();
        NftSet set = new NftSet(message.name(), key, data, timeouts, meter);
        // Anything that the SPI cannot express changes the message that the set is written with.
        return message(message.table(), set).equals(message.withoutConcat()) ? Optional.of(set) : Optional.empty();
    }

    /** Empty if one of them is unknown. */
    private static List<NftType> types(int number) {
        List<NftType> types = new ArrayList<>();
        for (int rest = number; rest != 0; rest >>>= TYPE_BITS) {
            Optional<NftType> type = type(rest & ((1 << TYPE_BITS) - 1));
            if (type.isEmpty()) {
                return List.of();
            }
            types.add(0, type.get());
        }
        return types;
    }

    /** NF_INET_*. */
    private static int number(NftChain.Hook hook) {
        return switch (hook) {
            case PREROUTING -> 0;
            case INPUT -> 1;
            case FORWARD -> 2;
            case OUTPUT -> 3;
            case POSTROUTING -> 4;
        };
    }

    static ChainMessage message(String table, NftChain chain) {
        Optional<ChainMessage.Hook> hook = chain.base()
                .map(base -> new ChainMessage.Hook(
                        base.type(),
                        number(base.hook()),
                        base.priority(),
                        base.acceptPolicy() ? ChainMessage.Hook.NF_ACCEPT : ChainMessage.Hook.NF_DROP));
        return new ChainMessage(table, chain.name(), hook, 0);
    }

    /** Without its rules. */
    static Optional<NftChain> chain(ChainMessage message) {
        Optional<NftChain.Base> base = message.hook().flatMap(Translation::base);
        return message.flags() != 0 || base.isPresent() != message.hook().isPresent()
                ? Optional.empty()
                : Optional.of(new NftChain(message.name(), base, List.of()));
    }

    private static Optional<NftChain.Base> base(ChainMessage.Hook hook) {
        return Arrays.stream(NftChain.Hook.values())
                .filter(each -> number(each) == hook.number())
                .findFirst()
                .map(each -> new NftChain.Base(
                        hook.type(), each, hook.priority(), hook.policy() == ChainMessage.Hook.NF_ACCEPT));
    }

    static ElementMessage message(NftElement element) {
        return one(element, element.timeout().map(Duration::toMillis).orElse(0L));
    }

    /** The message that deletes an element: the key suffices. */
    static ElementMessage deletion(NftElement element) {
        return one(
                new NftElement(element.table(), element.set(), element.key(), Optional.empty(), Optional.empty()), 0);
    }

    private static ElementMessage one(NftElement element, long timeout) {
        List<NftValue> key = element.key();
        byte[] bytes = key.size() == 1 ? bytes(key.get(0)) : new byte[REGISTER_BYTES * key.size()];
        for (int i = 0; i < key.size() && key.size() > 1; i++) {
            byte[] part = bytes(key.get(i));
            System.arraycopy(part, 0, bytes, REGISTER_BYTES * i, part.length);
        }
        Bytes data = element.data().map(value -> new Bytes(bytes(value))).orElse(Bytes.NONE);
        return new ElementMessage(
                element.table(),
                element.set(),
                List.of(new ElementMessage.Element(new Bytes(bytes), data, timeout, 0, true)));
    }

    private static byte[] bytes(NftValue value) {
        return Bytes.number(value.bits(), value.type().length()).toBytes();
    }

    static Optional<NftElement> element(String table, NftSet set, ElementMessage.Element element) {
        boolean fits = element.plain()
                && element.key().length() == length(set.key())
                && element.data().length() == set.data().map(NftType::length).orElse(0);
        if (!fits) {
            return Optional.empty();
        }
        List<NftValue> key = new ArrayList<>();
        for (NftType type : set.key()) {
            key.add(new NftValue(type, element.key().unsigned(REGISTER_BYTES * key.size(), type.length())));
        }
        Optional<NftValue> data =
                set.data().map(type -> new NftValue(type, element.data().unsigned(0, type.length())));
        Optional<Duration> timeout = element.timeout() == 0 && element.expiration() == 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(Math.max(1, element.expiration())));
        return Optional.of(new NftElement(table, set.name(), key, data, timeout));
    }
}
