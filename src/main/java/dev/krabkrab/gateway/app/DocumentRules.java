package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.access.auth.settings.Lockout;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
import dev.krabkrab.gateway.platform.settings.DocumentRule;
import dev.krabkrab.gateway.platform.settings.GatewayDocument;
import dev.krabkrab.gateway.platform.settings.HiddenSecrets;
import dev.krabkrab.gateway.platform.settings.SettingsSchema;
import dev.krabkrab.gateway.platform.settings.VariableRule;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a gateway document must keep to be used by an instance that was started like this one. */
final class DocumentRules {
  private static final Logger LOG = LoggerFactory.getLogger(DocumentRules.class);

  private DocumentRules() {}

  /** The schema with these rules; blocks while it reads and compiles it. */
  static SettingsSchema schema(LaunchPlan plan) {
    return SettingsSchema.load().with(of(plan));
  }

  /** For documents that are to be written. */
  static List<DocumentRule> of(LaunchPlan plan) {
    return List.of(
        new VariableRule(plan.settings().trust().variables()),
        (content, issues) -> {
          AuthSettings effective = plan.over(AuthSettings.of(content));
          Lockout.of(effective)
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
      Lockout.of(effective)
          .ifPresent(
              out -> {
                throw new InvalidSettingException(out.message());
              });
    }
  }
}
