package dev.krabkrab.gateway.agent.wizard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One question of the dialogue. Protocol 03 §14.
 *
 * @param key what its answer is called
 * @param type {@code note}, {@code select}, {@code text} or {@code confirm}
 * @param initialValue answer that is offered, or null
 * @param placeholder example of an answer, or null
 * @param sensitive whether the answer is a secret
 * @param accepts which texts are an answer
 * @param rule what is said of a text that is none
 */
record WizardStep(
    String key,
    String type,
    String title,
    String message,
    List<Option> options,
    @Nullable String initialValue,
    @Nullable String placeholder,
    boolean sensitive,
    Predicate<String> accepts,
    String rule) {
  private static final int LONGEST_ANSWER = 4_096;

  /** One of several answers. */
  record Option(String value, String label, @Nullable String hint) {}

  WizardStep {
    options = List.copyOf(options);
  }

  static WizardStep note(String key, String title, String message) {
    return new WizardStep(
        key, "note", title, message, List.of(), null, null, false, any -> true, "");
  }

  static WizardStep select(String key, String title, String message, List<Option> options) {
    List<String> values = new ArrayList<>();
    options.forEach(option -> values.add(option.value()));
    return new WizardStep(
        key,
        "select",
        title,
        message,
        options,
        values.getFirst(),
        null,
        false,
        values::contains,
        "must be one of " + String.join(", ", values));
  }

  static WizardStep confirm(String key, String title, String message) {
    return new WizardStep(
        key, "confirm", title, message, List.of(), null, null, false, any -> true, "");
  }

  static WizardStep text(
      String key, String title, String message, Predicate<String> accepts, String rule) {
    return new WizardStep(key, "text", title, message, List.of(), null, null, false, accepts, rule);
  }

  WizardStep offering(@Nullable String initial, @Nullable String example) {
    return new WizardStep(
        key, type, title, message, options, initial, example, sensitive, accepts, rule);
  }

  WizardStep secret() {
    return new WizardStep(
        key, type, title, message, options, initialValue, placeholder, true, accepts, rule);
  }

  /** Why the value is no answer, or null. Does not repeat the value. */
  @Nullable String problem(@Nullable JsonNode value) {
    return switch (type) {
      case "note" -> null;
      case "confirm" -> value != null && value.isBoolean() ? null : key + " must be true or false";
      default -> textProblem(value);
    };
  }

  private @Nullable String textProblem(@Nullable JsonNode value) {
    if (value == null || !value.isTextual()) {
      return key + " must be a text";
    }
    String text = value.textValue().strip();
    return text.length() > LONGEST_ANSWER || !accepts.test(text) ? key + " " + rule : null;
  }

  /**
   * The step on the wire.
   *
   * @param id of this asking of it
   */
  ObjectNode toJson(String id) {
    ObjectNode json =
        Json.object().put("id", id).put("type", type).put("title", title).put("message", message);
    if (!options.isEmpty()) {
      ArrayNode rows = json.putArray("options");
      for (Option option : options) {
        ObjectNode row = rows.addObject().put("value", option.value()).put("label", option.label());
        Json.putIfPresent(row, "hint", option.hint());
      }
    }
    if (type.equals("confirm")) {
      json.put("initialValue", true);
    }
    Json.putIfPresent(json, "initialValue", initialValue);
    Json.putIfPresent(json, "placeholder", placeholder);
    if (sensitive) {
      json.put("sensitive", true);
    }
    return json.put("executor", "client");
  }
}
