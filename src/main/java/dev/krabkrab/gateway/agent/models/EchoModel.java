package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;

/** The model of a gateway where none is configured: it says what it is, and repeats the message. */
final class EchoModel implements ModelStream {
  private static final String ABOUT =
      "I am the built-in echo model, so that everything can be tried without a key. You said:\n\n";
  private static final String REMEDY =
      "\n\nTo talk to a real model, set models.providers and agents.defaults.model in the gateway"
          + " document (krabkrab config --help). /help lists what I understand.";

  private record Answered(Future<ModelAnswer> answer) implements PendingAnswer {
    @Override
    public void giveUp() {}
  }

  @Override
  public PendingAnswer ask(ModelRequest request, Consumer<String> onText) {
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
        StringJoiner words = new StringJoiner("\n\n");
        for (JsonNode block : message.path("content")) {
          if (block.path("text").isTextual()) {
            words.add(block.path("text").textValue());
          }
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
