package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hands the values of a stream to the reader of its API, and sees to errors in all forms. */
final class AnswerStream implements ServerEvents.Sink {
  private static final Set<String> SIGNS_OF_LIFE =
      Set.of("ping", "heartbeat", "keepalive", "keep-alive", "processing");

  private final AnswerReader reader;
  private final Runnable onWhole;
  private AnswerReader.State state = AnswerReader.State.OPEN;
  private boolean hasValues;

  /**
   * @param onWhole run when only the end is missing
   */
  AnswerStream(AnswerReader reader, Runnable onWhole) {
    this.reader = reader;
    this.onWhole = onWhole;
  }

  AnswerReader.State state() {
    return state;
  }

  private boolean isOpen() {
    return state == AnswerReader.State.OPEN;
  }

  @Override
  public boolean value(@Nullable String event, String json) {
    if (isSignOfLife(event)) {
      return true;
    }
    if (json.toUpperCase(Locale.ROOT).equals("[DONE]")) {
      hasValues = true;
      reach(reader.done());
      return state != AnswerReader.State.OVER;
    }
    JsonNode value = Json.tryParse(json);
    if (value == null) {
      return noJson(event, json);
    }
    hasValues = true;
    for (JsonNode one : value instanceof ArrayNode many ? many : List.of(value)) {
      if (isError(event)) {
        throw error(one, json).failure();
      }
      reach(reader.value(event, one));
    }
    return state != AnswerReader.State.OVER;
  }

  private void reach(AnswerReader.State next) {
    if (next.compareTo(state) > 0) {
      state = next;
      onWhole.run();
    }
  }

  private static boolean isSignOfLife(@Nullable String event) {
    return event != null && SIGNS_OF_LIFE.contains(event.toLowerCase(Locale.ROOT));
  }

  private static boolean isError(@Nullable String event) {
    return event != null && event.toLowerCase(Locale.ROOT).endsWith("error");
  }

  private static ProviderError error(JsonNode value, String json) {
    ProviderError known = ProviderError.inOther(value);
    return known == null ? ProviderError.of(json) : known;
  }

  @Override
  public boolean noJson(@Nullable String event, String text) {
    if (isSignOfLife(event) || text.equals("null")) {
      return true;
    }
    if (isError(event)) {
      throw ProviderError.of(text).failure();
    }
    if (!isOpen()) {
      return false;
    }
    boolean begun = text.startsWith("{") || text.startsWith("[");
    throw new ModelFailure(
        begun
            ? "the answer broke off, or is not JSON"
            : "the provider sent something that is not JSON: " + ProviderErrorText.ofPage(text),
        true);
  }

  /**
   * The answer, when no more is read.
   *
   * @param stray what was read and is nothing of the API
   * @throws ModelFailure when there is none
   */
  ModelAnswer answer(String stray) {
    if (isOpen() && !hasValues && stray.isBlank()) {
      throw new ModelFailure("the provider answered with nothing", true);
    }
    if (isOpen() && !stray.isBlank()) {
      boolean begun = stray.startsWith("{") || stray.startsWith("[");
      ProviderError said = ProviderError.of(stray);
      throw begun || hasValues
          ? new ModelFailure("the answer broke off: " + said.words(), true)
          : said.failure("the provider sent no answer but ");
    }
    return reader.answer();
  }
}
