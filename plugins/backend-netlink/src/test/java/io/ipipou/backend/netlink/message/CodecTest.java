package io.ipipou.backend.netlink.message;

import io.ipipou.backend.netlink.CodecProperties;
import java.util.List;

class CodecTest extends CodecProperties {

    @Override
    protected List<Codec<?>> all() {
        return MessageArbitraries.CODECS;
    }
}
