package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever does what a message says is rid of the mistake: tried with many mistakes, in every field of the table. */
class HintsTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static final String VALID = """
            apiVersion: ipipou/v1
            settings: {backend: netlink, nftTable: ipipou, queue: 7, aliasRange: 172.29.0.0/16}
            defaults:
              mode: server
              peer: laptop
              local: {device: eth0, address: 203.0.113.1, port: 10000}
              inner: {address: 10.0.0.1, peer: 10.0.0.2, addresses: [192.0.2.1/32]}
              routes: [{to: 10.20.0.0/16, metric: 5, table: 100}]
              mtu: 1472
              ttl: 17
              encapChecksum: true
              alias: never
              keepalive: 1m
              authLifetime: 2h
              maxClockSkew: 9s
              reply: false
            auth:
              laptop: {scheme: ed25519, privateKey: KEY, remotePublicKey: KEY, secret: s}
              camera: {scheme: token, token: {file: token}}
              sensor: {scheme: token, tokenBase64: AAEC}
              printer: {scheme: token, token: {env: TOKEN}}
              datacentre: {scheme: address, ip: 198.51.100.2, port: 20001}
            peers:
              laptop: {endpoint: "198.51.100.9:10000", auth: laptop}
              camera: {auth: camera}
              hub: {endpoints: ["hub1.example.net:10000", "198.51.100.10:10000"], auth: laptop}
            tunnels:
              a:
                mode: server
                peer: laptop
                local: {device: eth0, address: 203.0.113.1, port: 10000}
                inner: {address: 10.0.1.1, peer: 10.0.1.2, addresses: [192.0.2.1/32]}
                routes: [{to: 10.21.0.0/16, metric: 7, table: main}]
                mtu: 1400
                ttl: 64
                encapChecksum: false
                alias: 172.29.0.7
                keepalive: 30s
                authLifetime: 1h
                maxClockSkew: 2m
                reply: true
              b:
                mode: server
                peer: camera
                local: {device: eth1, address: 203.0.113.2, port: 10000}
                inner: {address: 10.0.2.1, peer: 10.0.2.2, addresses: [192.0.2.3/32]}
                routes: [10.22.0.0/16]
              c:
                mode: client
                peer: hub
                local: {device: eth2, address: 203.0.113.3, port: 10000}
                inner: {address: 10.0.3.1, peer: 10.0.3.2, addresses: [192.0.2.5/32]}
                routes: [10.23.0.0/16]
            """;

    /** What people write, in any place. */
    private static final List<String> VALUES = List.of(
            "~",
            "true",
            "yes",
            "'true'",
            "0",
            "-1",
            "27",
            "'27'",
            "1400",
            "'1400'",
            "1400.5",
            "99999999999999",
            "0x10",
            ".inf",
            "1e3",
            "''",
            "' '",
            "big",
            "auto",
            "atuo",
            "inherit",
            "never",
            "static",
            "statik",
            "Server",
            "netlnk",
            "ipipou/v2",
            "27s",
            "1d",
            "-5s",
            "1h30m",
            "10.0.0.1",
            "10.0.0.256",
            "010.0.0.1",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "0.0.0.0",
            "224.0.0.5",
            "127.0.0.1",
            "fe80::1",
            "'2001:db8::/32'",
            "'h:1'",
            "'h:0'",
            "'h:99999'",
            "'h:http'",
            "'[2001:db8::1]:1'",
            "':1'",
            "host.example.net",
            "eth0",
            "eth/0",
            "a_very_long_device_name",
            "laptop",
            "lapto",
            "nobody",
            "5",
            "172.29.0.9",
            "172.30.0.9",
            "10.21.0.0/16",
            "10.0.1.1",
            "10.0.2.1",
            "10.0.2.2",
            "10.22.0.0/16",
            "0.0.0.0/0",
            "10.0.2.2/32",
            "4294967296",
            "mian",
            "AAEC",
            KEY,
            "not base64!",
            "[]",
            "[10.20.0.0/16]",
            "[a, 1]",
            "{}",
            "{a: b}",
            "{file: token}",
            "{file: nothing}",
            "{fil: token}",
            "{env: NOT_SET}",
            "{env: TOKEN, file: token}",
            "{device: eth0}",
            "{scheme: token}",
            "{scheme: tokn}",
            "{a: {b: c}}");

    private static final Pattern ABOUT_OTHERS = Pattern.compile(
            "unknown setting|is already routed by|is already used by|settings.aliasRange|own inner address|an address of this tunnel|inner address of the peer|is missing|^peer '.*' has");

    @TempDir
    private Path directory;

    private Document valid;
    private ConfigReader reader;
    private HintFollower follower;
    private int followed;

    @BeforeEach
    void prepare() throws Exception {
        SealKey key = SealKey.generate();
        key.write(directory.resolve("seal.key"));
        Files.writeString(directory.resolve("token"), KEY + "\n");
        Files.setPosixFilePermissions(directory.resolve("token"), PosixFilePermissions.fromString("rw-------"));
        UnaryOperator<String> seal = setting -> sealed(key, setting);
        valid = Document.of(VALID.replace("KEY", KEY));
        Map<String, String> environment = Map.of(
                "TOKEN",
                "s3cret",
                "IPIPOU_SEAL_KEY",
                directory.resolve("seal.key").toString());
        reader = new ConfigReader(BuiltIns.PLUGINS, name -> Optional.ofNullable(environment.get(name)));
        follower = new HintFollower(valid, seal);
    }

    private static String sealed(SealKey key, String setting) {
        try {
            return SealKey.seal(key.publicKey(), new byte[] {'x'}, setting);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aValueThatIsWrongIsRightAfterwards() throws Exception {
        for (String path : FieldPaths.of(valid)) {
            for (String value : VALUES) {
                follow(valid.copy().set(path, value));
            }
        }
        assertThat(followed).isGreaterThan(4000);
    }

    @Test
    void aSettingThatIsUnknownOrMissingIsRightAfterwards() throws Exception {
        for (String path : FieldPaths.of(valid)) {
            String key = path.substring(path.lastIndexOf('.') + 1);
            if (!path.endsWith("]")) {
                follow(valid.copy().remove(path));
                for (String typo : List.of(key.substring(1), key + "s", key.toUpperCase(Locale.ROOT), "colour", "<<")) {
                    follow(valid.copy().rename(path, typo));
                }
            }
        }
        assertThat(followed).isGreaterThan(300);
    }

    @Test
    void aNameThatIsWrongIsRightAfterwards() {
        for (String entry : List.of("auth.camera", "peers.camera", "tunnels.b")) {
            for (String name : List.of("a b", "-", "..", "lo", "sixteen_bytes_00", "a/b", "tun%d", "")) {
                follow(valid.copy().rename(entry, name));
            }
        }
        assertThat(followed).isGreaterThan(15);
    }

    @Test
    void aSealedSecretThatDoesNotOpenDoesAfterwards() {
        for (String value : VALUES) {
            follow(valid.copy().set("auth.camera.token", "{sealed: " + value + "}"));
        }
        assertThat(followed).isGreaterThan(50);
    }

    private void follow(Document document) {
        for (Problem problem : problems(document)) {
            Document corrected = follower.follow(document, problem);
            followed++;
            assertThat(problems(corrected))
                    .as("%s%nin %s%nis gone when its hint is followed:%n%s", problem, document, corrected)
                    .noneMatch(other -> other.path().equals(problem.path()) && isSame(problem, other));
        }
    }

    /** Another mistake in the same value is no better, unless it is about what another place has. */
    private static boolean isSame(Problem problem, Problem other) {
        return other.message().equals(problem.message())
                || (problem.instead().matches("(write|put) .*")
                        && !ABOUT_OTHERS.matcher(other.message()).find());
    }

    private List<Problem> problems(Document document) {
        try {
            reader.read(new Source("t.yaml", document.bytes(), directory));
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }
}
