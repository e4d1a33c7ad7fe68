package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.access.audit.AuditService;
import dev.krabkrab.gateway.access.audit.AuditedDocument;
import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.access.auth.settings.Lockout;
import dev.krabkrab.gateway.platform.config.Environment;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.settings.DocumentRule;
import dev.krabkrab.gateway.platform.settings.GatewayDocument;
import dev.krabkrab.gateway.platform.settings.HiddenSecrets;
import dev.krabkrab.gateway.platform.settings.SettingsSchema;
import dev.krabkrab.gateway.platform.settings.SettingsVerticle;
import dev.krabkrab.gateway.platform.settings.VariableRule;
import dev.krabkrab.gateway.platform.settings.VariableSurvey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks that a gateway document can be used by an instance that was started like this one. */
final class DocumentRules {
  private static final Logger LOG = LoggerFactory.getLogger(DocumentRules.class);

  private static final Lockout NO_PROXY =
      new Lockout(
          "gateway.trustedProxies",
          "Mode \"trusted-proxy\" needs gateway.trustedProxies on every instance, or nobody comes"
              + " in: give KRABKRAB_TRUSTED_PROXIES");

  private DocumentRules() {}

  /** The schema with these rules; blocks while it reads and compiles it. */
  static SettingsSchema schema(LaunchPlan plan) {
    return SettingsSchema.load().with(of(plan));
  }

  /**
   * What documents are judged by on this instance.
   *
   * @param audit asked for with each change, since the trail is opened later
   */
  static SettingsVerticle.Surroundings surroundings(Core core, Supplier<AuditService> audit) {
    Environment environment = new Environment(System.getenv());
    return new SettingsVerticle.Surroundings(
        () -> schema(core.plan()),
        (change, write) -> new AuditedDocument(audit.get()).writing(change, write),
        new VariableSurvey(
            core.backplane(), core.membership()::live, name -> !environment.apply(name).isEmpty()));
  }

  /** For documents that are to be written. */
  static List<DocumentRule> of(LaunchPlan plan) {
    return List.of(
        DocumentRules::checkInstanceSettings,
        new VariableRule(plan.settings().trust().variables()),
        (content, issues) -> {
          AuthSettings effective = plan.over(AuthSettings.of(content));
          lockout(plan, effective)
              .ifPresent(
                  out -> issues.addObject().put("path", out.path()).put("message", out.message()));
          if (effective.isOpen() && !plan.settings().mayBeOpen()) {
            issues
                .addObject()
                .put("path", "gateway.auth.mode")
                .put(
                    "message",
                    "Mode \"none\" needs --dangerously-open-to-network on an instance that other"
                        + " hosts can reach");
          }
        });
  }

  private static Optional<Lockout> lockout(LaunchPlan plan, AuthSettings effective) {
    return Lockout.of(effective)
        .or(
            () ->
                effective.mode().equals(AuthSettings.MODE_TRUSTED_PROXY)
                        && plan.settings().trustedProxies().isEmpty()
                    ? Optional.of(NO_PROXY)
                    : Optional.empty());
  }

  /**
   * What stands for an instance changes nothing, and is no place for values none would start with.
   */
  private static void checkInstanceSettings(JsonNode content, ArrayNode issues) {
    try {
      InstanceSettings.load(
          Map.of(), Map.of(), Json.object().set("gateway", content.path("gateway")), "check");
    } catch (InvalidSettingException e) {
      issues.addObject().put("path", e.key()).put("message", e.problem());
    }
  }

  /**
   * For a start with the document that is stored.
   *
   * @throws InvalidSettingException when nobody could come in, or everybody from anywhere
   */
  static void checkStart(LaunchPlan plan, GatewayDocument document) {
    AuthSettings effective = plan.over(AuthSettings.of(document.parsed()));
    List<String> hidden = HiddenSecrets.left(document.parsed());
    hidden.forEach(problem -> LOG.error("the gateway document is not right: {}", problem));
    plan.settings().requireGuard(effective.isGuarded() || !hidden.isEmpty(), effective.isOpen());
    // Whoever is paired can still come in and put a hidden secret right.
    if (hidden.isEmpty()) {
      lockout(plan, effective)
          .ifPresent(
              out -> {
                throw new InvalidSettingException(out.message());
              });
    }
  }
}
