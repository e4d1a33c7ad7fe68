package dev.krabkrab.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.auth.GuessLimits;
import dev.krabkrab.gateway.auth.OriginRules;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.Json5;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatewaySettingsTest {

  @Test
  void anEmptyDocumentGivesTheDefaults() {
    GatewaySettings settings = GatewaySettings.of(Json.object());

    assertThat(settings.authMode()).isEqualTo("token");
    assertThat(settings.secret()).isNull();
    assertThat(settings.allowTokenWithoutDevice()).isFalse();
    assertThat(settings.guessLimits()).isEqualTo(new GuessLimits(10, 60_000, 300_000, true));
    assertThat(settings.requireRunApproval()).isTrue();
    assertThat(settings.nodeAllowCommands()).isEmpty();
  }

  @Test
  void readsEveryKey() {
    GatewaySettings settings =
        settings(
            """
            {gateway: {
               auth: {mode: 'token', token: 't', password: 'p', allowTokenWithoutDevice: true,
                      rateLimit: {maxAttempts: 3, windowMs: 5000, lockoutMs: 700,
                                  exemptLoopback: false}},
               controlUi: {allowInsecureAuth: true, dangerouslyDisableDeviceAuth: true,
                           allowedOrigins: [' HTTPS://Console.example.com:443/ ', 'x', 1],
                           dangerouslyAllowHostHeaderOriginFallback: true},
               nodes: {allowCommands: [' my.own ', ''], denyCommands: ['system.run', 1],
                       strictUnknownPlatform: true, requireRunApproval: false,
                       sessions: ['main', 1]}},
             skills: {bins: ['gh']}, approvals: {exec: {failFast: true}}}
            """);

    assertThat(settings.secret()).isEqualTo("t");
    assertThat(settings.allowTokenWithoutDevice()).isTrue();
    assertThat(settings.guessLimits()).isEqualTo(new GuessLimits(3, 5000, 700, false));
    assertThat(settings.uiAllowInsecureAuth()).isTrue();
    assertThat(settings.uiDisableDeviceAuth()).isTrue();
    assertThat(settings.origins())
        .isEqualTo(new OriginRules(Set.of("https://console.example.com"), true));
    assertThat(settings.nodeAllowCommands()).containsExactly("my.own");
    assertThat(settings.nodeDenyCommands()).containsExactly("system.run");
    assertThat(settings.strictUnknownPlatform()).isTrue();
    assertThat(settings.nodeSessions()).containsExactly("main");
    assertThat(settings("{}").strictUnknownPlatform()).isNull();
    assertThat(settings.requireRunApproval()).isFalse();
    assertThat(settings.skillsBins()).containsExactly("gh");
    assertThat(settings.approvalFailFast()).isTrue();
  }

  @Test
  void wrongTypesTakeTheDefaults() {
    GatewaySettings settings =
        settings("{gateway: {auth: {mode: 'open', token: 7}, nodes: [], controlUi: 'yes'}}");

    assertThat(settings).isEqualTo(GatewaySettings.of(Json.object()));
  }

  @Test
  void limitsOutOfRangeTakeTheDefaults() {
    GatewaySettings settings =
        settings("{gateway: {auth: {rateLimit: {maxAttempts: 0, windowMs: 1.5, lockoutMs: 99}}}}");

    assertThat(settings.guessLimits()).isEqualTo(GuessLimits.DEFAULT);
  }

  @Test
  void aPasswordAloneImpliesItsMode() {
    assertThat(settings("{gateway: {auth: {password: 'p'}}}").authMode()).isEqualTo("password");
    assertThat(settings("{gateway: {auth: {mode: 'none'}}}").authMode()).isEqualTo("none");
  }

  @Test
  void overridesWinAndKeepTheRest() {
    GatewaySettings settings =
        settings("{gateway: {auth: {token: 't'}, nodes: {denyCommands: ['x']}}}");

    GatewaySettings other = settings.withSecretOverride(null, null, "p");
    assertThat(other.authMode()).isEqualTo("password");
    assertThat(other.token()).isEqualTo("t");
    assertThat(other.nodeDenyCommands()).containsExactly("x");
    assertThat(settings.withSecretOverride("none", null, null).secret()).isNull();
    assertThat(settings.withSecretOverride(null, "u", null).secret()).isEqualTo("u");
  }

  @Test
  void printsNoSecret() {
    GatewaySettings settings = settings("{gateway: {auth: {token: 'tok-1', password: 'pass-1'}}}");

    assertThat(settings.toString()).doesNotContain("tok-1", "pass-1");
  }

  @Test
  void aDocumentIsTwoSpaceJsonWithItsHash() {
    GatewayDocument document =
        GatewayDocument.of((ObjectNode) Json5.parse("{a: {b: [1, {}], c: []}, d: {}}"));

    assertThat(document.raw())
        .isEqualTo(
            """
            {
              "a": {
                "b": [
                  1,
                  {}
                ],
                "c": []
              },
              "d": {}
            }
            """);
    assertThat(document.hash()).matches("[0-9a-f]{64}");
  }

  private static GatewaySettings settings(String json5) {
    return GatewaySettings.of(Json5.parse(json5));
  }
}
