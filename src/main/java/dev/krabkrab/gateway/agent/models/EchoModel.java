package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** What answers where no model is configured: it says what it is, and what was said to it. */
final class EchoModel implements ModelStream {
  private static final String ABOUT =
      "I am the built-in echo model, so that everything can be tried without a key. You said:\n\n";
  private static final String REMEDY =
      "\n\nTo talk to a real model, set models.providers and agents.defaults.model in the gateway"
          + " document (krabkrab config --help). /help lists what I understand.";

  private record Answered(Future<ModelAnswer> answer) implements Asked {
    @Override
    public void giveUp() {}
  }

  @Override
  public Asked ask(ModelRequest request, Consumer<String> onText) {
    String said = lastWords(request.messages());
    List<String> pieces = List.of(ABOUT, said, REMEDY);
    pieces.forEach(onText);
    String text = String.join("", pieces);
    ModelUsage usage = new ModelUsage(words(said), words(text), 0, 0);
    return new Answered(Future.succeededFuture(new ModelAnswer(text, List.of(), usage, "stop")));
  }

  private static String lastWords(List<ObjectNode> messages) {
    for (ObjectNode message : messages.reversed()) {
      if (message.path("role").asText().equals("user")) {
        StringBuilder words = new StringBuilder();
        for (JsonNode block : message.path("content")) {
          words.append(block.path("text").asText());
        }
        return words.toString();
      }
    }
    return "";
  }

  /** An honest count for something that has no tokens. */
  private static long words(String text) {
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }
}
