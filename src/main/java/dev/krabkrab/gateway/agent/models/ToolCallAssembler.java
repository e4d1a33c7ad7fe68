package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelAnswer.ToolCall;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calls of tools that come in pieces. Servers number and name them in many ways; here each call
 * comes out once, with an id that no other one has.
 */
final class ToolCallAssembler {
  /** What a call takes besides its arguments, at most and roughly. */
  private static final int MOST_FOR_EACH = 16 * 1024;

  private final Set<String> tools;
  private final Set<String> taken;
  private final List<Call> calls = new ArrayList<>();

  private static final class Call {
    private @Nullable String index;
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();

    private boolean isWhole() {
      return Json.tryParse(arguments.toString()) instanceof ObjectNode;
    }
  }

  /**
   * @param tools that there are
   * @param taken ids of the conversation so far
   */
  ToolCallAssembler(Set<String> tools, Set<String> taken) {
    this.tools = tools;
    this.taken = taken;
  }

  static ToolCallAssembler of(ModelRequest request) {
    Set<String> taken = new HashSet<>();
    for (ObjectNode message : request.messages()) {
      for (JsonNode block : message.path("content")) {
        taken.add(block.path("id").asText());
      }
    }
    Set<String> tools = new HashSet<>();
    request.tools().forEach(tool -> tools.add(tool.name()));
    return new ToolCallAssembler(tools, taken);
  }

  /** Pieces of OpenAI's API: {@code tool_calls} of a delta or a message. */
  void addAll(JsonNode pieces) {
    int at = 0;
    for (JsonNode piece : pieces) {
      JsonNode function = piece.path("function").isObject() ? piece.path("function") : piece;
      JsonNode index = piece.has("index") ? piece.path("index") : function.path("index");
      add(
          index.isNull() || index.isMissingNode() ? null : index.asText(),
          piece.path("id").isValueNode() ? piece.path("id").asText("") : "",
          function.path("name").asText(""),
          function.path("arguments"),
          at++ > 0);
    }
  }

  /** One that comes at once. */
  void addWhole(String id, String name, JsonNode arguments) {
    add("whole" + calls.size(), id, name, arguments, false);
  }

  /**
   * One piece.
   *
   * @param index null where the server does not number
   * @param behind whether it came together with another one that stood before it
   */
  void add(@Nullable String index, String id, String name, JsonNode arguments, boolean behind) {
    String more =
        arguments.isNull() || arguments.isMissingNode()
            ? ""
            : arguments.isTextual() ? arguments.textValue() : Json.text(arguments);
    String known = id.equals("null") ? "" : id;
    Call call = find(index, known, name, more, behind);
    if (call == null) {
      call = new Call();
      call.index = index;
      calls.add(call);
    }
    call.id = call.id.isEmpty() ? known : call.id;
    name(call, name);
    boolean again = !more.isEmpty() && more.contentEquals(call.arguments) && call.isWhole();
    if (!again) {
      // Some begin with an empty object before the real one comes.
      boolean placeholder = !more.isBlank() && call.arguments.toString().equals("{}");
      call.arguments.setLength(placeholder ? 0 : call.arguments.length());
      call.arguments.append(more);
      AnswerParts.bounded(call.arguments.length() + MOST_FOR_EACH * calls.size());
    }
  }

  private void name(Call call, String name) {
    boolean goesOn = call.name.isEmpty() || isPieceOfName(call, name);
    if (goesOn && !name.equals(call.name)) {
      call.name += name;
    }
  }

  /** A name in pieces: nobody has a tool of the first one, but of both together. */
  private boolean isPieceOfName(Call call, String name) {
    String both = call.name + name;
    return !name.isEmpty()
        && call.arguments.isEmpty()
        && !tools.contains(call.name)
        && tools.stream().anyMatch(tool -> tool.startsWith(both));
  }

  /** The call that a piece belongs to; null when it begins one. */
  private @Nullable Call find(
      @Nullable String index, String id, String name, String more, boolean behind) {
    Call last = null;
    for (Call call : calls) {
      boolean same = index == null ? id.isEmpty() || call.id.equals(id) : index.equals(call.index);
      last = same ? call : last;
    }
    if (last == null) {
      return null;
    }
    if (!id.isEmpty() && !last.id.isEmpty() && !id.equals(last.id)) {
      return null;
    }
    boolean named = !name.isEmpty() && !last.name.isEmpty();
    if (named && !name.equals(last.name) && !isPieceOfName(last, name)) {
      return null;
    }
    if (named && index == null && id.isEmpty() && behind) {
      return null;
    }
    boolean same = more.contentEquals(last.arguments);
    boolean begins = !more.isBlank() && !(id + name).isEmpty() && !(same && !id.isEmpty());
    return begins && last.isWhole() ? null : last;
  }

  /**
   * All of them.
   *
   * @param cut whether the last ones may be without their ends
   * @throws ModelFailure when one cannot be carried out
   */
  List<ToolCall> calls(boolean cut) {
    List<ToolCall> whole = new ArrayList<>();
    Set<String> used = new HashSet<>();
    for (Call call : calls) {
      if (cut) {
        whole.add(new ToolCall(call.id, call.name, Json.object()));
        continue;
      }
      if (call.name.isBlank()) {
        throw new ModelFailure("the model called a tool without its name", true);
      }
      String text = call.arguments.toString();
      JsonNode parsed =
          text.isBlank() || text.strip().equals("null") ? Json.object() : Json.tryParse(text);
      if (!(parsed instanceof ObjectNode arguments)) {
        throw new ModelFailure(
            "the model called "
                + ProviderErrorText.safe(call.name)
                + " with arguments that are not JSON",
            true);
      }
      boolean own = call.id.isBlank() || !used.add(call.id);
      whole.add(new ToolCall(own ? ownId(used) : call.id, call.name, arguments));
    }
    return whole;
  }

  /** Nine letters and digits: of the servers that are particular about ids, the strictest. */
  private String ownId(Set<String> used) {
    for (int number = 1; ; number++) {
      String id = String.format("call%05d", number);
      boolean theirs = calls.stream().anyMatch(call -> call.id.equals(id));
      if (!taken.contains(id) && !theirs && used.add(id)) {
        return id;
      }
    }
  }
}
