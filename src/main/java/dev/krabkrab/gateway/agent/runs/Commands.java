package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Messages that are answered without a model. Protocol 04 §3.3, §5.6. */
final class Commands {
  /**
   * A message with a meaning of its own.
   *
   * @param names with their slash, the first one as it is shown
   * @param argument what may follow it, or null
   */
  record Command(List<String> names, String description, @Nullable String argument) {}

  private static final List<Command> ALL =
      List.of(
          new Command(List.of("/help", "/commands"), "this list", null),
          new Command(List.of("/status"), "what this session runs on and what it used", null),
          new Command(List.of("/new", "/reset"), "begin the session anew", null),
          new Command(
              List.of("/model"),
              "which model answers; /model <provider>/<id> chooses another, /model default gives it"
                  + " up",
              "model"),
          new Command(List.of("/stop"), "end what is going on", null));

  private static final String HELP =
      ALL.stream()
          .map(command -> String.join(", ", command.names()) + " - " + command.description())
          .collect(Collectors.joining("\n"));

  private Commands() {}

  static List<Command> all() {
    return ALL;
  }

  /** The answer, or null when the message is none of these. */
  static @Nullable Future<String> answer(String message, Conversation in, RunTools tools) {
    String text = message.strip();
    if (!text.startsWith("/")) {
      return null;
    }
    String[] words = text.split("\\s+", 2);
    String rest = words.length > 1 ? words[1].strip() : "";
    return switch (words[0].toLowerCase(Locale.ROOT)) {
      case "/help", "/commands" -> Future.succeededFuture(HELP);
      case "/status" -> Future.succeededFuture(status(in, tools));
      case "/new", "/reset" ->
          tools
              .conversations()
              .restart(in.key())
              .map(fresh -> "A new session has begun; what was said before is kept apart.");
      case "/model" -> model(rest, in, tools);
      default -> null;
    };
  }

  private static String status(Conversation in, RunTools tools) {
    return "session "
        + in.key()
        + "\nmodel "
        + current(in, tools)
        + "\nthinking "
        + (in.thinkingLevel() == null ? "off" : in.thinkingLevel())
        + ", verbose "
        + (in.verboseLevel() == null ? "off" : in.verboseLevel());
  }

  private static String current(Conversation in, RunTools tools) {
    ModelName own = in.model();
    return (own == null ? tools.conversations().rules().model() : own).toString();
  }

  private static Future<String> model(String wanted, Conversation in, RunTools tools) {
    if (wanted.isEmpty()) {
      return Future.succeededFuture("This session runs on " + current(in, tools) + ".");
    }
    ModelName name =
        wanted.equals("default")
            ? tools.conversations().rules().model()
            : ModelName.of(wanted, tools.conversations().rules().model().provider());
    String problem = tools.modelCheck().apply(name.toString());
    if (!problem.isEmpty()) {
      return Future.succeededFuture(problem);
    }
    Map<String, JsonNode> fields =
        Map.of(
            "providerOverride", JsonNodeFactory.instance.textNode(name.provider()),
            "modelOverride", JsonNodeFactory.instance.textNode(name.id()));
    return tools
        .conversations()
        .settle(in.key(), in.sessionId(), fields)
        .map("From now on this session runs on " + name + ".");
  }
}
