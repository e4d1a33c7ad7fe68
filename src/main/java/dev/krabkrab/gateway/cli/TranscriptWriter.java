package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

/** Writes the lines of a transcript down in a format. */
abstract sealed class TranscriptWriter {
  private final PrintWriter out;
  private long messages;

  private TranscriptWriter(PrintWriter out) {
    this.out = out;
  }

  static TranscriptWriter of(SessionsExportCommand.Format format, PrintWriter out) {
    return switch (format) {
      case jsonl -> new Lines(out);
      case json -> new OneObject(out);
      case md -> new Markdown(out);
    };
  }

  final PrintWriter out() {
    return out;
  }

  final long messages() {
    return messages;
  }

  void begin(String key, String sessionId) {}

  final void line(JsonNode line) {
    boolean message = line.path("type").asText().equals("message");
    messages += message ? 1 : 0;
    write(line, message);
  }

  abstract void write(JsonNode line, boolean message);

  void end() {}

  private static final class Lines extends TranscriptWriter {
    private Lines(PrintWriter out) {
      super(out);
    }

    @Override
    void write(JsonNode line, boolean message) {
      out().println(Json.compact(line));
    }
  }

  private static final class OneObject extends TranscriptWriter {
    private OneObject(PrintWriter out) {
      super(out);
    }

    @Override
    void begin(String key, String sessionId) {
      String head = Json.compact(Json.object().put("key", key).put("sessionId", sessionId));
      out().print(head.substring(0, head.length() - 1) + ",\"messages\":[");
    }

    @Override
    void write(JsonNode line, boolean message) {
      if (message) {
        out().print(messages() == 1 ? "\n" : ",\n");
        out().print(Json.compact(line.path("message")));
      }
    }

    @Override
    void end() {
      out().print("\n]}\n");
    }
  }

  private static final class Markdown extends TranscriptWriter {
    private Markdown(PrintWriter out) {
      super(out);
    }

    @Override
    void begin(String key, String sessionId) {
      out().println("# " + key);
      out().println();
      out().println("Session `" + sessionId + "`");
    }

    @Override
    void write(JsonNode line, boolean message) {
      if (!message) {
        return;
      }
      JsonNode said = line.path("message");
      out().println();
      out().println("## " + who(said) + ", " + line.path("timestamp").asText("at some time"));
      JsonNode content = said.path("content");
      if (content.isTextual()) {
        paragraph(content.asText());
      }
      content.forEach(this::block);
      if (said.has("errorMessage")) {
        paragraph("*" + said.path("errorMessage").asText() + "*");
      }
    }

    private static String who(JsonNode said) {
      return switch (said.path("role").asText()) {
        case "user" -> "User";
        case "assistant" -> "Assistant";
        case "toolResult" -> "Tool " + said.path("toolName").asText();
        default -> said.path("role").asText("somebody");
      };
    }

    private void block(JsonNode block) {
      switch (block.path("type").asText()) {
        case "text" -> paragraph(block.path("text").asText());
        case "toolCall" ->
            paragraph(
                "Calls `"
                    + block.path("name").asText()
                    + "` with\n\n    "
                    + block.path("arguments"));
        case "thinking" -> paragraph("> " + block.path("thinking").asText().replace("\n", "\n> "));
        default -> paragraph("[" + block.path("type").asText("something") + "]");
      }
    }

    private void paragraph(String text) {
      out().println();
      // What was said may have several lines; none of them begins a message.
      out().print(text.replaceAll("(?m)^#", "\\\\#") + "\n");
    }
  }
}
