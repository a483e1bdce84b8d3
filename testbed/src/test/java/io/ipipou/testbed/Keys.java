package io.ipipou.testbed;

import io.ipipou.spi.auth.GeneratedKeys;
import java.util.Base64;

/** An ed25519 key pair in base64, as in a configuration file. */
record Keys(String privateKey, String publicKey) {

    static Keys generated() {
        GeneratedKeys pair = Plugins.BUILT_IN
                .auth()
                .get("ed25519")
                .orElseThrow()
                .generateKeys(Plugins.CONTEXT)
                .orElseThrow();
        Base64.Encoder base64 = Base64.getEncoder();
        return new Keys(
                base64.encodeToString(pair.privateKey().bytes()),
                base64.encodeToString(pair.publicKey().bytes()));
    }
}
