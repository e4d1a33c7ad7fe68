package dev.krabkrab.gateway.agent.models;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what servers of models stream: server-sent events as the HTML standard has them, lines of
 * JSON, or one document of JSON, whatever the content type says; and what broken ones mix of it.
 */
final class ServerEvents {
  /** Hears what is read. */
  interface Sink {
    /**
     * A value of JSON, or {@code [DONE]}.
     *
     * @param event the name of the event; null without one
     * @return false when nothing more is of interest
     */
    boolean value(@Nullable String event, String json);

    /** Data of an event that is no JSON. */
    boolean noJson(@Nullable String event, String text);
  }

  private static final int LONGEST_LINE = 16 * 1024 * 1024;
  private static final int LONGEST_STRAY = 8_000;

  private final Sink sink;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
  private final List<String> found = new ArrayList<>();
  private JsonValues data = new JsonValues(found::add);
  private final StringBuilder stray = new StringBuilder();
  private final JsonValues bare;
  private @Nullable String event;
  private boolean afterReturn;
  private boolean page;
  private boolean first = true;
  private boolean some;
  private boolean enough;

  ServerEvents(Sink sink) {
    this.sink = sink;
    this.bare = new JsonValues(json -> give(null, json));
  }

  /**
   * Reads on until the body ends or the sink has enough.
   *
   * @param heard notified of each piece that comes, also of comments
   */
  void read(InputStream body, Runnable heard) throws IOException {
    byte[] buffer = new byte[8_192];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      heard.run();
      for (int i = 0; i < n && !enough; i++) {
        add(buffer[i]);
      }
      if (enough) {
        return;
      }
    }
    endLine();
    if (bare.isInside()) {
      stray(bare.rest());
    }
    dispatch();
  }

  /** What was neither an event nor JSON; empty when nothing was. */
  String stray() {
    return stray.toString();
  }

  private void add(byte b) {
    boolean second = afterReturn && b == '\n';
    afterReturn = b == '\r';
    if (second) {
      return;
    }
    if (b == '\n' || b == '\r') {
      endLine();
      return;
    }
    line.write(b);
    if (line.size() > LONGEST_LINE || data.length() + bare.length() > LONGEST_LINE) {
      throw new ModelFailure("a line of the answer is too long", false);
    }
  }

  private void endLine() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (first) {
      text = text.startsWith("\uFEFF") ? text.substring(1) : text;
      first = false;
    }
    if (!enough) {
      line(text);
    }
  }

  private void line(String text) {
    if (bare.isInside()) {
      bare.add(text + "\n");
      return;
    }
    String begun = text.stripLeading();
    page |= begun.startsWith("<") && !some;
    some |= !begun.isEmpty();
    if (page) {
      stray(text);
    } else if (begun.isEmpty()) {
      dispatch();
    } else if (begun.charAt(0) == '{' || begun.charAt(0) == '[') {
      bare.add(begun + "\n");
    } else if (begun.charAt(0) != ':') {
      field(begun);
    }
  }

  private void field(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text.strip() : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    value = value.startsWith(" ") ? value.substring(1) : value;
    switch (name) {
      case "data" -> {
        // Some end their events with the line, not with an empty one.
        if (!found.isEmpty() && !data.isInside()) {
          dispatch();
        }
        data.add(value + "\n");
      }
      case "event" -> event = value.strip();
      case "error" -> {
        // Not in the standard, and yet there are servers that fail so.
        dispatch();
        event = "error";
        data.add(value);
        dispatch();
      }
      case "id", "retry" -> {
        // Of no use for what cannot be resumed.
      }
      default -> stray(text);
    }
  }

  private void stray(String text) {
    if (stray.length() < LONGEST_STRAY) {
      stray.append(text).append('\n');
    }
  }

  private void dispatch() {
    String name = event;
    String rest = data.rest();
    List<String> values = List.copyOf(found);
    event = null;
    found.clear();
    data = new JsonValues(found::add);
    values.forEach(json -> give(name, json));
    if (!enough && !rest.isEmpty()) {
      enough = !sink.noJson(name, rest);
    }
  }

  private void give(@Nullable String name, String json) {
    if (!enough) {
      enough = !sink.value(name, json);
    }
  }
}
