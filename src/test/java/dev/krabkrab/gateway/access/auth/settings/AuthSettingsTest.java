package dev.krabkrab.gateway.access.auth.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.auth.RateLimitSettings;
import dev.krabkrab.gateway.platform.protocol.Json5;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthSettingsTest {
  private static final String NAMED =
      "{gateway: {auth: {tokens: [{name: 'ci', token: '0123456789abcdef', scopes: []}]}}}";

  @Test
  void limitsOutOfRangeTakeTheDefaults() {
    assertThat(
            RateLimitSettings.of(
                Json5.parse(
                    "{gateway: {auth: {rateLimit:"
                        + " {maxAttempts: 0, windowMs: 1.5, lockoutMs: 99}}}}")))
        .isEqualTo(RateLimitSettings.DEFAULT);
  }

  @Test
  void aPasswordAloneImpliesItsMode() {
    assertThat(settings("{gateway: {auth: {password: 'p'}}}").mode()).isEqualTo("password");
    assertThat(settings("{gateway: {auth: {mode: 'none'}}}").mode()).isEqualTo("none");
  }

  @Test
  void overridesWinAndKeepTheRest() {
    AuthSettings settings = settings("{gateway: {auth: {token: 't'}}}");

    AuthSettings other = settings.withOverride(null, null, "p");
    assertThat(other.mode()).isEqualTo("password");
    assertThat(other.secrets().token()).isEqualTo("t");
    assertThat(settings.withOverride("none", null, null).secret()).isNull();
    assertThat(settings.withOverride(null, "u", null).secret()).isEqualTo("u");
    AuthSettings named = settings(NAMED);
    assertThat(named.withOverride(null, "u", null).tokens()).isSameAs(named.tokens());
  }

  @Test
  void printsNoSecret() {
    AuthSettings settings = settings("{gateway: {auth: {token: 'tok-1', password: 'pass-1'}}}");

    assertThat(settings.toString()).doesNotContain("tok-1", "pass-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | generated",
        "{gateway: {auth: {mode: 'token'}}} | generated",
        "{gateway: {auth: {token: 't'}}} | t",
        "{gateway: {auth: {password: 'p'}}} |",
        "{gateway: {auth: {mode: 'none'}}} |",
        NAMED + " |",
      })
  void aTokenIsAddedOnlyWhereOneIsNeeded(String document, String token) {
    ObjectNode content = (ObjectNode) Json5.parse(document);
    assertThat(settings(AuthSettings.withTokenIfNeeded(content, "generated").toString()))
        .extracting(settings -> settings.secrets().token())
        .isEqualTo(token);
  }

  private static AuthSettings settings(String json5) {
    return AuthSettings.of(Json5.parse(json5));
  }
}
