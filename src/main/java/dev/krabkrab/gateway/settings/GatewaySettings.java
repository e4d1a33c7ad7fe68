package dev.krabkrab.gateway.settings;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agents.AgentCatalog;
import dev.krabkrab.gateway.audit.AuditSettings;
import dev.krabkrab.gateway.auth.GuessLimits;
import dev.krabkrab.gateway.auth.NamedTokens;
import dev.krabkrab.gateway.auth.OriginRules;
import dev.krabkrab.gateway.auth.TrustedProxyRules;
import dev.krabkrab.gateway.auth.jwt.JwtIssuer;
import dev.krabkrab.gateway.cron.CronSettings;
import dev.krabkrab.gateway.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.models.ModelCatalog;
import dev.krabkrab.gateway.protocol.Placeholders;
import dev.krabkrab.gateway.sessions.SessionRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway document says, typed. A value that is missing or of the wrong type takes its
 * default. Protocol 01b §4.1, 02 §9.
 *
 * @param authMode effective mode: {@code token}, {@code password} or {@code none}; {@code
 *     gateway.auth.mode}, else {@code password} if there is a password, else {@code token}
 * @param token {@code gateway.auth.token}, null when absent or blank
 * @param password {@code gateway.auth.password}, null when absent or blank
 * @param tokens {@code gateway.auth.tokens}: further tokens that may do less, for mode {@code
 *     token}
 * @param trustedProxy {@code gateway.auth.trustedProxy}; null without a {@code userHeader}
 * @param jwtIssuers {@code gateway.auth.jwt.issuers}; what is not set properly is left out
 * @param allowTokenWithoutDevice {@code gateway.auth.allowTokenWithoutDevice}, default false
 * @param guessLimits {@code gateway.auth.rateLimit}: {@code maxAttempts}, {@code windowMs}, {@code
 *     lockoutMs}, {@code exemptLoopback}; a number out of range takes its default
 * @param origins {@code gateway.controlUi.allowedOrigins}, default none, and {@code
 *     dangerouslyAllowHostHeaderOriginFallback}, default false
 * @param uiAllowInsecureAuth {@code gateway.controlUi.allowInsecureAuth}, default false
 * @param uiDisableDeviceAuth {@code gateway.controlUi.dangerouslyDisableDeviceAuth}, default false
 * @param nodeAllowCommands {@code gateway.nodes.allowCommands}, trimmed, without blanks
 * @param nodeDenyCommands {@code gateway.nodes.denyCommands}, trimmed, without blanks; wins
 * @param strictUnknownPlatform {@code gateway.nodes.strictUnknownPlatform}: whether a node of an
 *     unknown platform gets no command by default, or else every one; null for none that runs
 *     anything
 * @param nodeSessions {@code gateway.nodes.sessions}: which nodes may follow and speak in
 * @param requireRunApproval {@code gateway.nodes.requireRunApproval}: a claim that a command was
 *     approved needs a granted approval; default true
 * @param skillsBins {@code skills.bins}, trimmed, without blanks
 * @param approvalFailFast {@code approvals.exec.failFast}: an approval nobody can see ends at once
 *     instead of waiting; default false
 * @param audit {@code gateway.audit}: {@code enabled}, {@code retentionDays}, {@code maxEntries}; a
 *     number out of range takes its default
 * @param sessions what the document says about conversations and agents
 * @param agents who answers, as the document names them
 * @param models what they run on, as the document names them
 * @param cron what it says about jobs
 * @param heartbeat what it says about heartbeats
 * @param authModeGiven whether the document names the mode itself
 * @param silentScopes {@code gateway.pairing.silentScopes}: the most a device of this host gets
 *     without a question; null for whatever it asks for, empty when the value is no list
 */
public record GatewaySettings(
    String authMode,
    @Nullable String token,
    @Nullable String password,
    NamedTokens tokens,
    @Nullable TrustedProxyRules trustedProxy,
    List<JwtIssuer> jwtIssuers,
    boolean allowTokenWithoutDevice,
    GuessLimits guessLimits,
    OriginRules origins,
    boolean uiAllowInsecureAuth,
    boolean uiDisableDeviceAuth,
    List<String> nodeAllowCommands,
    List<String> nodeDenyCommands,
    @Nullable Boolean strictUnknownPlatform,
    List<String> nodeSessions,
    boolean requireRunApproval,
    List<String> skillsBins,
    boolean approvalFailFast,
    AuditSettings audit,
    SessionRules sessions,
    AgentCatalog agents,
    ModelCatalog models,
    CronSettings cron,
    HeartbeatSettings heartbeat,
    boolean authModeGiven,
    @Nullable List<String> silentScopes) {
  public static final String MODE_TOKEN = "token";
  public static final String MODE_PASSWORD = "password";
  public static final String MODE_NONE = "none";
  public static final String MODE_TRUSTED_PROXY = "trusted-proxy";
  public static final String MODE_JWT = "jwt";

  private static final List<String> MODES =
      List.of(MODE_TOKEN, MODE_PASSWORD, MODE_NONE, MODE_TRUSTED_PROXY, MODE_JWT);

  public GatewaySettings {
    jwtIssuers = List.copyOf(jwtIssuers);
    nodeAllowCommands = List.copyOf(nodeAllowCommands);
    nodeDenyCommands = List.copyOf(nodeDenyCommands);
    nodeSessions = List.copyOf(nodeSessions);
    skillsBins = List.copyOf(skillsBins);
  }

  /** Reads the content of a document. */
  public static GatewaySettings of(JsonNode document) {
    JsonNode auth = document.at("/gateway/auth");
    JsonNode ui = document.at("/gateway/controlUi");
    JsonNode nodes = document.at("/gateway/nodes");
    String mode = auth.path("mode").asText("");
    boolean given = MODES.contains(mode);
    String token = secret(auth, "token");
    String password = secret(auth, "password");
    SessionRules sessions = SessionRules.of(document);
    return new GatewaySettings(
        given ? mode : modeFor(password),
        token,
        password,
        AuthSettings.tokens(auth),
        TrustedProxySettings.read(auth.path("trustedProxy")),
        JwtSettings.issuers(auth.path("jwt")),
        flag(auth, "allowTokenWithoutDevice", false),
        guessLimits(auth.path("rateLimit")),
        OriginRules.of(
            texts(ui.path("allowedOrigins")),
            flag(ui, "dangerouslyAllowHostHeaderOriginFallback", false)),
        flag(ui, "allowInsecureAuth", false),
        flag(ui, "dangerouslyDisableDeviceAuth", false),
        texts(nodes.path("allowCommands")),
        texts(nodes.path("denyCommands")),
        strictUnknownPlatform(nodes),
        texts(nodes.path("sessions")),
        flag(nodes, "requireRunApproval", true),
        texts(document.at("/skills/bins")),
        flag(document.at("/approvals/exec"), "failFast", false),
        audit(document.at("/gateway/audit")),
        sessions,
        AgentCatalog.of(document, sessions.defaultAgent()),
        ModelCatalog.of(document),
        CronSettings.of(document),
        HeartbeatSettings.of(document, sessions),
        given,
        silentScopes(document.at("/gateway/pairing/silentScopes")));
  }

  /**
   * The same with what this instance was told by flag or environment; null leaves a value alone.
   * Without a mode here or in the document the mode follows from the secrets.
   */
  public GatewaySettings withSecretOverride(
      @Nullable String mode, @Nullable String otherToken, @Nullable String otherPassword) {
    String newToken = otherToken == null ? token : otherToken;
    String newPassword = otherPassword == null ? password : otherPassword;
    String implied = authModeGiven ? authMode : modeFor(newPassword);
    return new GatewaySettings(
        mode == null ? implied : mode,
        newToken,
        newPassword,
        tokens,
        trustedProxy,
        jwtIssuers,
        allowTokenWithoutDevice,
        guessLimits,
        origins,
        uiAllowInsecureAuth,
        uiDisableDeviceAuth,
        nodeAllowCommands,
        nodeDenyCommands,
        strictUnknownPlatform,
        nodeSessions,
        requireRunApproval,
        skillsBins,
        approvalFailFast,
        audit,
        sessions,
        agents,
        models,
        cron,
        heartbeat,
        authModeGiven || mode != null,
        silentScopes);
  }

  /** The secret that the effective mode compares, or null when there is none. */
  public @Nullable String secret() {
    return switch (authMode) {
      case MODE_TOKEN -> token;
      case MODE_PASSWORD -> password;
      default -> null;
    };
  }

  /** Whether the effective mode asks anything of who wants to come in. */
  public boolean isGuarded() {
    return switch (authMode) {
      case MODE_NONE -> false;
      case MODE_TOKEN -> token != null || !tokens.isEmpty();
      case MODE_PASSWORD -> password != null;
      default -> true;
    };
  }

  /** Whether that named token, user or issuer is still as it was. */
  public boolean hasCredential(String credentialId) {
    return switch (authMode) {
      case MODE_TOKEN -> tokens.hasId(credentialId);
      case MODE_TRUSTED_PROXY -> trustedProxy != null && trustedProxy.stands(credentialId);
      case MODE_JWT -> jwtIssuers.stream().anyMatch(issuer -> issuer.stands(credentialId));
      default -> false;
    };
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "GatewaySettings[authMode=%s, token=%s, password=%s, allowTokenWithoutDevice=%s"
            .formatted(authMode, hidden(token), hidden(password), allowTokenWithoutDevice)
        + ", guessLimits=%s, %s, uiAllowInsecureAuth=%s, uiDisableDeviceAuth=%s"
            .formatted(guessLimits, origins, uiAllowInsecureAuth, uiDisableDeviceAuth)
        + ", nodeAllowCommands=%s".formatted(nodeAllowCommands)
        + ", nodeDenyCommands=%s, strictUnknownPlatform=%s, requireRunApproval=%s"
            .formatted(nodeDenyCommands, strictUnknownPlatform, requireRunApproval)
        + ", skillsBins=%s, approvalFailFast=%s, audit=%s]"
            .formatted(skillsBins, approvalFailFast, audit);
  }

  /** Something that is no list lets nobody have anything unasked. */
  private static @Nullable List<String> silentScopes(JsonNode given) {
    return given.isMissingNode() || given.isNull() ? null : texts(given);
  }

  private static String modeFor(@Nullable String password) {
    return password == null ? MODE_TOKEN : MODE_PASSWORD;
  }

  private static String hidden(@Nullable String secret) {
    return secret == null ? "absent" : "***";
  }

  private static GuessLimits guessLimits(JsonNode object) {
    GuessLimits usual = GuessLimits.DEFAULT;
    long most = GuessLimits.MOST_ATTEMPTS;
    long shortest = GuessLimits.SHORTEST_MS;
    long longest = GuessLimits.LONGEST_MS;
    return new GuessLimits(
        (int) number(object, "maxAttempts", 1, most, usual.maxAttempts()),
        number(object, "windowMs", shortest, longest, usual.windowMs()),
        number(object, "lockoutMs", shortest, longest, usual.lockoutMs()),
        flag(object, "exemptLoopback", usual.exemptLoopback()));
  }

  private static AuditSettings audit(JsonNode object) {
    AuditSettings usual = AuditSettings.DEFAULT;
    long fewest = AuditSettings.FEWEST_ENTRIES;
    long most = AuditSettings.MOST_ENTRIES;
    return new AuditSettings(
        flag(object, "enabled", usual.enabled()),
        (int) number(object, "retentionDays", 1, AuditSettings.MOST_DAYS, usual.retentionDays()),
        (int) number(object, "maxEntries", fewest, most, usual.maxEntries()));
  }

  private static long number(JsonNode object, String field, long min, long max, long otherwise) {
    JsonNode value = object.path(field);
    boolean fits = value.isIntegralNumber() && value.canConvertToLong();
    long number = fits ? value.longValue() : otherwise;
    return number < min || number > max ? otherwise : number;
  }

  private static @Nullable Boolean strictUnknownPlatform(JsonNode nodes) {
    JsonNode value = nodes.path("strictUnknownPlatform");
    return value.isBoolean() ? value.booleanValue() : null;
  }

  private static boolean flag(JsonNode object, String field, boolean otherwise) {
    JsonNode value = object.path(field);
    return value.isBoolean() ? value.booleanValue() : otherwise;
  }

  private static @Nullable String secret(JsonNode object, String field) {
    JsonNode value = object.path(field);
    boolean given = value.isTextual() && !value.textValue().isBlank();
    return given && !Placeholders.isNoSecret(value.textValue()) ? value.textValue() : null;
  }

  private static List<String> texts(JsonNode array) {
    List<String> found = new ArrayList<>();
    for (JsonNode value : array) {
      if (value.isTextual() && !value.textValue().isBlank()) {
        found.add(value.textValue().strip());
      }
    }
    return found;
  }
}
