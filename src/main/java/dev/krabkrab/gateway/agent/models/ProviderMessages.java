package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.CompactionService;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Messages of a transcript as providers take them. Protocol 04 §8. */
final class ProviderMessages {
  private static final String NOTHING = "(nothing)";

  private ProviderMessages() {}

  static List<ChatMessage> of(ModelRequest request) {
    List<ChatMessage> messages = new ArrayList<>();
    if (!request.system().isBlank()) {
      messages.add(SystemMessage.from(request.system()));
    }
    // A provider refuses a result without its call, and a call without its result.
    Set<String> open = new HashSet<>();
    List<Content> seen = new ArrayList<>();
    for (int i = 0; i < request.messages().size(); i++) {
      ObjectNode message = request.messages().get(i);
      switch (message.path("role").asText()) {
        case "user" -> messages.add(user(message));
        case "assistant" -> {
          JsonNode thought = ThinkingBlocks.of(message, request.model());
          assistant(message, answered(request.messages(), i), thought, open, messages);
        }
        case "toolResult" -> result(message, open, seen, messages);
        case "system" -> {
          if (message.path(CompactionService.MARK).asBoolean()) {
            messages.add(UserMessage.from("Summary of what was said before:\n" + text(message)));
          }
        }
        default -> {
          // Other roles are for people.
        }
      }
    }
    return messages;
  }

  private static void result(
      ObjectNode message, Set<String> open, List<Content> seen, List<ChatMessage> messages) {
    String id = message.path("toolCallId").asText();
    if (open.remove(id)) {
      messages.add(
          ToolExecutionResultMessage.from(
              id, message.path("toolName").asText(), orNothing(text(message))));
      seen.addAll(images(message));
    }
    // Not every provider takes pictures as a result; all take them from the user.
    if (open.isEmpty() && !seen.isEmpty()) {
      seen.addFirst(TextContent.from("(what the tools show)"));
      messages.add(UserMessage.from(List.copyOf(seen)));
      seen.clear();
    }
  }

  /**
   * Whether the last user's wish is half done by a model that did not think: nobody who thinks may
   * go on with that.
   */
  static boolean breaksThought(ModelRequest request) {
    for (ObjectNode message : request.messages().reversed()) {
      switch (message.path("role").asText()) {
        case "user" -> {
          return false;
        }
        case "assistant" -> {
          if (!ThinkingBlocks.isSigned(ThinkingBlocks.of(message, request.model()))) {
            return true;
          }
        }
        default -> {
          // Results say nothing about it.
        }
      }
    }
    return false;
  }

  private static UserMessage user(ObjectNode message) {
    List<Content> contents = new ArrayList<>();
    for (JsonNode block : message.path("content")) {
      if (block.path("type").asText().equals("text") && !block.path("text").asText().isBlank()) {
        contents.add(TextContent.from(block.path("text").asText()));
      }
    }
    contents.addAll(images(message));
    if (contents.isEmpty()) {
      contents.add(TextContent.from(orNothing(message.path("content").asText())));
    }
    return UserMessage.from(contents);
  }

  private static List<Content> images(ObjectNode message) {
    List<Content> images = new ArrayList<>();
    for (JsonNode block : message.path("content")) {
      if (block.path("type").asText().equals("image")) {
        images.add(ImageContent.from(block.path("data").asText(), block.path("mimeType").asText()));
      }
    }
    return images;
  }

  private static void assistant(
      ObjectNode message,
      Set<String> answered,
      @Nullable JsonNode thought,
      Set<String> open,
      List<ChatMessage> into) {
    List<ToolExecutionRequest> calls = new ArrayList<>();
    for (JsonNode block : message.path("content")) {
      String id = block.path("id").asText();
      if (block.path("type").asText().equals("toolCall") && answered.contains(id)) {
        open.add(id);
        calls.add(
            ToolExecutionRequest.builder()
                .id(id)
                .name(block.path("name").asText())
                .arguments(Json.text(block.path("arguments")))
                .build());
      }
    }
    String text = text(message);
    if (calls.isEmpty() && text.isBlank()) {
      return;
    }
    AiMessage.Builder said = AiMessage.builder();
    if (!calls.isEmpty()) {
      said.toolExecutionRequests(calls);
    }
    if (!text.isBlank()) {
      said.text(text);
    }
    if (thought != null) {
      ThinkingBlocks.put(said, thought);
    }
    into.add(said.build());
  }

  /** The calls whose results follow at once. */
  private static Set<String> answered(List<ObjectNode> messages, int at) {
    Set<String> ids = new HashSet<>();
    for (int i = at + 1; i < messages.size(); i++) {
      if (!messages.get(i).path("role").asText().equals("toolResult")) {
        break;
      }
      ids.add(messages.get(i).path("toolCallId").asText());
    }
    return ids;
  }

  private static String text(ObjectNode message) {
    StringBuilder text = new StringBuilder();
    for (JsonNode block : message.path("content")) {
      text.append(block.path("text").asText());
    }
    return text.toString();
  }

  private static String orNothing(String text) {
    return text.isBlank() ? NOTHING : text;
  }
}
