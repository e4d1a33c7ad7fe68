package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.audit.AuditSettings;
import dev.krabkrab.gateway.access.auth.NamedTokens;
import dev.krabkrab.gateway.access.auth.OriginRules;
import dev.krabkrab.gateway.access.auth.RateLimitSettings;
import dev.krabkrab.gateway.access.auth.TrustedProxyRules;
import dev.krabkrab.gateway.access.auth.jwt.JwtIssuer;
import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.access.auth.settings.DevicelessSettings;
import dev.krabkrab.gateway.access.pairing.PairingSettings;
import dev.krabkrab.gateway.agent.agents.AgentCatalog;
import dev.krabkrab.gateway.agent.cron.CronSettings;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.agent.models.ModelCatalog;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.agent.skills.SkillSettings;
import dev.krabkrab.gateway.control.approvals.ExecApprovalSettings;
import dev.krabkrab.gateway.control.nodes.NodePolicySettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One revision of the gateway document as each feature reads its own section. */
record GatewaySettings(Access access, Control control, Agents agent) {
  static final String MODE_TOKEN = AuthSettings.MODE_TOKEN;
  static final String MODE_PASSWORD = AuthSettings.MODE_PASSWORD;
  static final String MODE_NONE = AuthSettings.MODE_NONE;
  static final String MODE_TRUSTED_PROXY = AuthSettings.MODE_TRUSTED_PROXY;
  static final String MODE_JWT = AuthSettings.MODE_JWT;

  /** What the features of the wing access read. */
  record Access(
      AuthSettings auth,
      DevicelessSettings deviceless,
      RateLimitSettings rateLimits,
      OriginRules origins,
      PairingSettings pairing,
      AuditSettings audit) {

    static Access of(JsonNode document) {
      return new Access(
          AuthSettings.of(document),
          DevicelessSettings.of(document),
          RateLimitSettings.of(document),
          OriginRules.of(document),
          PairingSettings.of(document),
          AuditSettings.of(document));
    }

    Access with(AuthSettings other) {
      return new Access(other, deviceless, rateLimits, origins, pairing, audit);
    }
  }

  /** What the features of the wing control read. */
  record Control(NodePolicySettings nodes, ExecApprovalSettings approvals) {

    static Control of(JsonNode document) {
      return new Control(NodePolicySettings.of(document), ExecApprovalSettings.of(document));
    }
  }

  /** What the features of the wing agent read. */
  record Agents(
      SessionRules sessions,
      AgentCatalog agents,
      ModelCatalog models,
      CronSettings cron,
      HeartbeatSettings heartbeat,
      SkillSettings skills) {

    static Agents of(JsonNode document) {
      return new Agents(
          SessionRules.of(document),
          AgentCatalog.of(document),
          ModelCatalog.of(document),
          CronSettings.of(document),
          HeartbeatSettings.of(document),
          SkillSettings.of(document));
    }
  }

  /** Reads the content of a document. */
  static GatewaySettings of(JsonNode document) {
    return new GatewaySettings(Access.of(document), Control.of(document), Agents.of(document));
  }

  /** The same with what flags and environment put over {@code gateway.auth}. */
  GatewaySettings with(AuthSettings auth) {
    return new GatewaySettings(access.with(auth), control, agent);
  }

  AuthSettings auth() {
    return access.auth();
  }

  String authMode() {
    return auth().mode();
  }

  @Nullable String token() {
    return auth().secrets().token();
  }

  @Nullable String password() {
    return auth().secrets().password();
  }

  NamedTokens tokens() {
    return auth().tokens();
  }

  @Nullable TrustedProxyRules trustedProxy() {
    return auth().trustedProxy();
  }

  List<JwtIssuer> jwtIssuers() {
    return auth().jwtIssuers();
  }

  /** Whether that named token, user or issuer is still as it was. */
  boolean hasCredential(String credentialId) {
    return auth().hasCredential(credentialId);
  }

  boolean allowTokenWithoutDevice() {
    return access.deviceless().allowTokenWithoutDevice();
  }

  boolean uiAllowInsecureAuth() {
    return access.deviceless().uiAllowInsecureAuth();
  }

  boolean uiDisableDeviceAuth() {
    return access.deviceless().uiDisableDeviceAuth();
  }

  RateLimitSettings guessLimits() {
    return access.rateLimits();
  }

  OriginRules origins() {
    return access.origins();
  }

  @Nullable List<String> silentScopes() {
    return access.pairing().silentScopes();
  }

  AuditSettings audit() {
    return access.audit();
  }

  NodePolicySettings nodes() {
    return control.nodes();
  }

  boolean approvalFailFast() {
    return control.approvals().failFast();
  }

  SessionRules sessions() {
    return agent.sessions();
  }

  AgentCatalog agents() {
    return agent.agents();
  }

  ModelCatalog models() {
    return agent.models();
  }

  CronSettings cron() {
    return agent.cron();
  }

  HeartbeatSettings heartbeat() {
    return agent.heartbeat();
  }

  List<String> skillsBins() {
    return agent.skills().bins();
  }
}
