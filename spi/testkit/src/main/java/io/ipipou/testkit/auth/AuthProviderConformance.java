package io.ipipou.testkit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.SpiVersion;
import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.auth.GeneratedKeys;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.SettingType;
import io.ipipou.spi.config.Settings;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every authentication provider must do apart from packets: metadata, settings, keys, secrets. */
public abstract class AuthProviderConformance {

    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    protected abstract AuthProvider provider();

    /** A client and a server that accepts it. Every secret in their settings must have at least 8 bytes. */
    protected abstract AuthSides peer();

    /** Another such pair, with other keys, or with another source if the scheme identifies a client by its source. */
    protected abstract AuthSides otherPeer();

    final Handshake handshake(AuthSides sides) {
        return Handshake.of(provider(), sides, NOW, 1);
    }

    static Stream<Payload> requests(Handshake peer, int count) {
        return Stream.generate(peer.authenticator()::request).limit(count);
    }

    @Test
    void isFoundByServiceLoader() {
        assertThat(ServiceLoader.load(AuthProvider.class).stream().map(ServiceLoader.Provider::type))
                .contains(provider().getClass());
    }

    @Test
    void describesItself() {
        assertThat(provider().id()).matches("[a-z][a-z0-9-]*");
        assertThat(provider().description()).isNotBlank().doesNotContain("\n").doesNotEndWith(".");
        assertThat(provider().spiVersion()).isEqualTo(SpiVersion.CURRENT);
    }

    @Test
    void declaresItsSettings() {
        List<Setting> settings = provider().settings();
        assertThat(settings).isNotEmpty().isEqualTo(provider().settings());
        assertThat(settings.stream().map(Setting::name))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z][a-zA-Z0-9]*"))
                .doesNotContain("scheme");
        assertThat(settings).allSatisfy(setting -> {
            assertThat(setting.description()).isNotBlank().doesNotContain("\n");
            assertThat(setting.bytes()).isNotNegative();
            assertThat(setting.bytes() == 0 || isBase64(setting))
                    .as("only a base64 setting has a length")
                    .isTrue();
        });
    }

    @Test
    void aVerifierWithoutSettingsIsRejected() {
        try {
            assertThat(provider().verifier(new Settings(Map.of()), AuthContexts.at(NOW, 1)))
                    .as("a verifier without settings")
                    .isNull();
        } catch (InvalidSettingException e) {
            assertThat(e).hasMessageContaining(" ");
            assertThat(provider().settings()).extracting(Setting::name).contains(e.setting());
        }
    }

    @Test
    void timeAndRandomnessComeFromTheContext() {
        assertThat(requests(handshake(peer()), 20).toList())
                .isEqualTo(requests(handshake(peer()), 20).toList());
        assertThat(provider().generateKeys(AuthContexts.at(NOW, 5)))
                .usingRecursiveComparison()
                .isEqualTo(provider().generateKeys(AuthContexts.at(NOW, 5)));
    }

    @Test
    void generatedKeysAreADifferentPairEachTime() {
        Optional<GeneratedKeys> first = provider().generateKeys(AuthContexts.at(NOW, 1));
        Optional<GeneratedKeys> second = provider().generateKeys(AuthContexts.at(NOW, 2));
        assertThat(second.isPresent()).isEqualTo(first.isPresent());
        first.ifPresent(keys -> {
            assertThat(keys.privateKey().matches(keys.publicKey().bytes())).isFalse();
            assertThat(keys.privateKey()).isNotEqualTo(second.orElseThrow().privateKey());
            assertThat(SecretForms.of(keys.privateKey())).noneMatch(keys.toString()::contains);
        });
    }

    @Test
    void noStringContainsASecret() {
        AuthSides sides = peer();
        Set<String> forms = new HashSet<>(SecretForms.of(provider().settings(), sides.server()));
        forms.addAll(SecretForms.of(provider().settings(), sides.client()));
        assertThat(strings(handshake(sides), handshake(otherPeer())))
                .allSatisfy(string -> assertThat(forms).noneMatch(string::contains));
    }

    private Stream<String> strings(Handshake peer, Handshake other) {
        Payload request = peer.authenticator().request();
        Payload reply = peer.verifier().reply(request);
        Verdict otherVerdict = peer.verify(other.authenticator().request());
        return Stream.of(
                        provider(),
                        peer,
                        peer.verifier().shape(),
                        request,
                        peer.requestPacket(request),
                        peer.verify(request),
                        peer.verify(reply),
                        peer.verify(Payload.EMPTY),
                        otherVerdict,
                        reply,
                        peer.checkReply(request, reply),
                        peer.checkReply(request, request),
                        peer().server(),
                        peer().client())
                .map(Object::toString);
    }

    private static boolean isBase64(Setting setting) {
        return setting.type() == SettingType.BASE64 || setting.type() == SettingType.SECRET_BASE64;
    }
}
