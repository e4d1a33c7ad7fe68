package dev.krabkrab.gateway.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One text of the gateway, read without a tree as far as that goes; reused for the next one, event
 * loop only.
 */
final class Frame {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final byte[] EVENT = ascii("{\"type\":\"event\",\"event\":\"");
  private static final byte[] ANSWER = ascii("{\"type\":\"res\",\"id\":\"");
  private static final byte[] OK = ascii("\",\"ok\":true");

  private byte[] bytes = new byte[4096];
  private int length;
  private boolean event;
  private boolean ok;
  private String name = "";

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads a message; what is no JSON becomes an event without a name. */
  void read(ByteBuf text) {
    length = text.readableBytes();
    if (length > bytes.length) {
      bytes = new byte[Math.max(length, bytes.length * 2)];
    }
    text.getBytes(text.readerIndex(), bytes, 0, length);
    event = startsWith(EVENT, 0);
    if (event) {
      name = untilQuote(EVENT.length);
    } else if (startsWith(ANSWER, 0)) {
      name = untilQuote(ANSWER.length);
      ok = startsWith(OK, ANSWER.length + name.length());
      if (!ok) {
        readSlowly();
      }
    } else {
      readSlowly();
    }
  }

  private void readSlowly() {
    JsonNode json = json();
    event = !json.path("type").asText().equals("res");
    name = json.path(event ? "event" : "id").asText();
    ok = json.path("ok").asBoolean(false);
  }

  /** Whether it is an event, and no answer. */
  boolean isEvent() {
    return event;
  }

  /** An answer that says yes. */
  boolean isOk() {
    return ok;
  }

  /** The event's name, or the id of the request that is answered. */
  String name() {
    return name;
  }

  /** The code of an error. */
  String errorCode() {
    String code = json().path("error").path("code").asText("");
    return code.isEmpty() ? "UNKNOWN" : code;
  }

  /** As a tree; missing when it is none. */
  JsonNode json() {
    try {
      return MAPPER.readTree(bytes, 0, length);
    } catch (IOException e) {
      return MAPPER.missingNode();
    }
  }

  /** What follows the first occurrence of a text, up to the next quote; empty without one. */
  String after(byte[] before) {
    int at = indexOf(before);
    return at < 0 ? "" : untilQuote(at + before.length);
  }

  private int indexOf(byte[] what) {
    for (int i = 0; i <= length - what.length; i++) {
      if (bytes[i] == what[0] && startsWith(what, i)) {
        return i;
      }
    }
    return -1;
  }

  private String untilQuote(int from) {
    int end = from;
    while (end < length && bytes[end] != '"') {
      end++;
    }
    return new String(bytes, from, end - from, StandardCharsets.UTF_8);
  }

  private boolean startsWith(byte[] what, int from) {
    if (length - from < what.length) {
      return false;
    }
    for (int i = 0; i < what.length; i++) {
      if (bytes[from + i] != what[i]) {
        return false;
      }
    }
    return true;
  }
}
