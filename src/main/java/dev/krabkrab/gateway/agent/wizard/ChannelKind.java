package dev.krabkrab.gateway.agent.wizard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Placeholders;
import dev.krabkrab.gateway.platform.protocol.VariableRules;
import dev.krabkrab.gateway.platform.protocol.Variables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The chat channels that the dialogue sets up, with the questions about each. */
enum ChannelKind {
  TELEGRAM("telegram", "Telegram", "A bot of @BotFather's"),
  SLACK("slack", "Slack", "An app with Socket Mode"),
  WEBHOOK("webhook", "Signed webhook", "Any system that speaks JSON over HTTP");

  static final String CHANNEL = "channel";
  static final String DM_POLICY = "dmPolicy";

  /** The answer that leaves channels as they are. */
  static final String NONE = "skip";

  private static final String BOT_TOKEN = "botToken";
  private static final String APP_TOKEN = "appToken";
  private static final String URL = "url";
  private static final String SECRET = "secret";

  private static final int SHORTEST_SECRET = 16;
  private static final Pattern TELEGRAM_TOKEN = Pattern.compile("\\d{3,20}:[A-Za-z0-9_-]{8,128}");

  /** A variable of the environment that settings of channels may name. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Z0-9_]+}");

  private static final String OR_VARIABLE =
      ", or ${NAME} for a variable of the gateway's environment";

  private final String id;
  private final String label;
  private final String hint;

  ChannelKind(String id, String label, String hint) {
    this.id = id;
    this.label = label;
    this.hint = hint;
  }

  /** The one that was chosen; nothing when it is none, or not answered yet. */
  static Optional<ChannelKind> chosen(JsonNode answers) {
    String id = answers.path(CHANNEL).asText("");
    return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
  }

  static WizardStep question() {
    List<WizardStep.Option> options = new ArrayList<>();
    options.add(new WizardStep.Option(NONE, "None for now", "Channels stay as they are"));
    for (ChannelKind kind : values()) {
      options.add(new WizardStep.Option(kind.id, kind.label, kind.hint));
    }
    return WizardStep.select(CHANNEL, "Channel", "Where shall people write to agents?", options);
  }

  String label() {
    return label;
  }

  /**
   * The questions about it.
   *
   * @param offer a fresh secret
   */
  List<WizardStep> steps(String offer) {
    List<WizardStep> steps = new ArrayList<>();
    switch (this) {
      case TELEGRAM ->
          steps.add(
              token(
                  BOT_TOKEN,
                  "Token of the bot; @BotFather gives it",
                  TELEGRAM_TOKEN.asMatchPredicate(),
                  "must be a bot token such as 123456:ABC…"));
      case SLACK -> {
        steps.add(
            token(
                BOT_TOKEN,
                "Bot User OAuth Token of the app",
                text -> text.startsWith("xoxb-") && !text.contains(" "),
                "must begin with xoxb-"));
        steps.add(
            token(
                APP_TOKEN,
                "App-level token of the app, with connections:write",
                text -> text.startsWith("xapp-") && !text.contains(" "),
                "must begin with xapp-"));
      }
      case WEBHOOK -> {
        steps.add(webhookAddress());
        steps.add(webhookSecret(offer));
      }
    }
    steps.add(whoMayWrite());
    return steps;
  }

  private WizardStep webhookAddress() {
    return WizardStep.text(
            URL,
            label,
            "Address that answers are posted to",
            WizardScript::isWebAddress,
            "must be an http or https address")
        .offering(null, "https://chat.example.com/krabkrab");
  }

  private WizardStep webhookSecret(String offer) {
    return token(
            SECRET,
            "Secret that both sides sign with; the other side needs the same."
                + (offer.isEmpty() ? "" : " A fresh one: " + offer),
            text -> text.length() >= SHORTEST_SECRET,
            "must have at least " + SHORTEST_SECRET + " characters")
        .offering(offer.isEmpty() ? null : offer, null);
  }

  private WizardStep token(String key, String message, Predicate<String> accepts, String rule) {
    return WizardStep.text(
            key,
            label,
            message + OR_VARIABLE,
            text ->
                text.startsWith("${")
                    ? VARIABLE.matcher(text).matches()
                        && Variables.names(text).stream().noneMatch(VariableRules::isOwn)
                    : Placeholders.is(text) || accepts.test(text),
            rule + ", or ${NAME} of a variable that the document may name")
        .secret();
  }

  private WizardStep whoMayWrite() {
    return WizardStep.select(
        DM_POLICY,
        label,
        "Who may write to it directly?",
        List.of(
            new WizardStep.Option(
                "pairing", "Whom an operator lets in", "Strangers are given a code"),
            new WizardStep.Option("allowlist", "Whom allowFrom lists", "Nobody, until it does"),
            new WizardStep.Option("open", "Everybody", "Whoever knows its name")));
  }

  /** What the answers change in {@code channels}. Where there are accounts, the usual one. */
  void apply(ObjectNode channels, JsonNode answers) {
    ObjectNode settings = channels.withObjectProperty(id);
    ObjectNode account =
        settings.path("accounts").isEmpty()
            ? settings
            : settings.withObjectProperty("accounts").withObjectProperty("default");
    account.put("enabled", true);
    for (WizardStep step : steps("")) {
      String answer = Json.nonBlank(answers, step.key());
      if (answer != null) {
        account.put(step.key(), answer.strip());
      }
    }
  }
}
