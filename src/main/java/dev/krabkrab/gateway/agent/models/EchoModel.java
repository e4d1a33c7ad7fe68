package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelAnswer.ToolCall;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;

/**
 * The model of a gateway where none is configured: it says what it is, and repeats the message. A
 * message that begins with {@code run:} makes it ask for that command, as a real model would.
 */
final class EchoModel implements ModelStream {
  private static final String ABOUT =
      "I am the built-in echo model, so that everything can be tried without a key. You said:\n\n";
  private static final String REMEDY =
      "\n\n"
          + "To talk to a real model, set models.providers and agents.defaults.model in the gateway"
          + " document (krabkrab config --help). /help lists what I understand, and after run: I"
          + " ask to run a command on a node.";

  private static final String RUN = "run:";
  private static final String EXEC = "exec";

  private record Answered(Future<ModelAnswer> answer) implements PendingAnswer {
    @Override
    public void giveUp() {}
  }

  @Override
  public PendingAnswer ask(ModelRequest request, Consumer<String> onText) {
    String command = command(request.messages());
    if (command.isEmpty()) {
      return answered(onText, List.of(), ABOUT, lastWords(request.messages()), REMEDY);
    }
    if (isResult(request.messages().getLast())) {
      return answered(onText, List.of(), text(request.messages().getLast()));
    }
    if (request.tools().stream().noneMatch(tool -> tool.name().equals(EXEC))) {
      return answered(onText, List.of(), "I may not run commands here: the tool exec is not mine.");
    }
    ObjectNode arguments = Json.object().put("command", command);
    String id = "echo_" + request.messages().size();
    return answered(onText, List.of(new ToolCall(id, EXEC, arguments)));
  }

  private static PendingAnswer answered(
      Consumer<String> onText, List<ToolCall> calls, String... pieces) {
    List.of(pieces).forEach(onText);
    String text = String.join("", pieces);
    ModelUsage usage = new ModelUsage(words(text), words(text), 0, 0);
    String stop = calls.isEmpty() ? "stop" : "toolUse";
    return new Answered(Future.succeededFuture(new ModelAnswer(text, calls, usage, stop)));
  }

  /** The command of the last message, or nothing; the result of a tool comes after it. */
  private static String command(List<ObjectNode> messages) {
    String said = lastWords(messages).strip();
    return said.regionMatches(true, 0, RUN, 0, RUN.length())
        ? said.substring(RUN.length()).strip()
        : "";
  }

  private static boolean isResult(ObjectNode message) {
    return message.path("role").asText().equals("toolResult");
  }

  private static String lastWords(List<ObjectNode> messages) {
    for (ObjectNode message : messages.reversed()) {
      if (message.path("role").asText().equals("user")) {
        return text(message);
      }
    }
    return "";
  }

  private static String text(ObjectNode message) {
    StringJoiner words = new StringJoiner("\n\n");
    for (JsonNode block : message.path("content")) {
      if (block.path("text").isTextual()) {
        words.add(block.path("text").textValue());
      }
    }
    return words.toString();
  }

  /** An honest count for something that has no tokens. */
  private static long words(String text) {
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }
}
