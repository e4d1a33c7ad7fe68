package dev.krabkrab.gateway.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.access.auth.OriginRules;
import dev.krabkrab.gateway.access.auth.RateLimitSettings;
import dev.krabkrab.gateway.control.nodes.NodePolicySettings;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatewaySettingsTest {

  @Test
  void anEmptyDocumentGivesTheDefaults() {
    GatewaySettings settings = GatewaySettings.of(Json.object());

    assertThat(settings.authMode()).isEqualTo("token");
    assertThat(settings.auth().secret()).isNull();
    assertThat(settings.allowTokenWithoutDevice()).isFalse();
    assertThat(settings.guessLimits()).isEqualTo(new RateLimitSettings(10, 60_000, 300_000, true));
    assertThat(settings.nodes().requireRunApproval()).isTrue();
    assertThat(settings.nodes().allowCommands()).isEmpty();
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

    assertThat(settings.auth().secret()).isEqualTo("t");
    assertThat(settings.allowTokenWithoutDevice()).isTrue();
    assertThat(settings.guessLimits()).isEqualTo(new RateLimitSettings(3, 5000, 700, false));
    assertThat(settings.uiAllowInsecureAuth()).isTrue();
    assertThat(settings.uiDisableDeviceAuth()).isTrue();
    assertThat(settings.origins())
        .isEqualTo(new OriginRules(Set.of("https://console.example.com"), true));
    assertThat(settings.nodes().allowCommands()).containsExactly("my.own");
    assertThat(settings.nodes().denyCommands()).containsExactly("system.run");
    assertThat(settings.nodes().unknownPlatform()).isEqualTo(NodePolicySettings.Unknown.NOTHING);
    assertThat(settings.nodes().sessions()).containsExactly("main");
    assertThat(settings("{}").nodes()).isEqualTo(NodePolicySettings.DEFAULTS);
    assertThat(settings.nodes().requireRunApproval()).isFalse();
    assertThat(settings.skillsBins()).containsExactly("gh");
    assertThat(settings.approvalFailFast()).isTrue();
  }

  @Test
  void wrongTypesTakeTheDefaults() {
    GatewaySettings settings =
        settings("{gateway: {auth: {mode: 'open', token: 7}, nodes: [], controlUi: 'yes'}}");

    assertThat(settings).isEqualTo(GatewaySettings.of(Json.object()));
  }

  private static GatewaySettings settings(String json5) {
    return GatewaySettings.of(Json5.parse(json5));
  }
}
