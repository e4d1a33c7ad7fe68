package dev.krabkrab.gateway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Spoils frames. The same random source makes the same frames. */
final class Mutator {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String MARK = "\"@mark@\"";
  private static final List<String> ODD_NUMBERS =
      List.of(
          "1e400",
          "-1e400",
          "1e999999999",
          "1E-999999999",
          "-0",
          "-0.0",
          "9007199254740993",
          "9223372036854775808",
          "-9223372036854775809",
          "99999999999999999999999999999999999999",
          "0.1e-400",
          "2147483648",
          "3.0000000000000001",
          "1e3",
          "NaN",
          "Infinity",
          "-Infinity",
          "+1",
          "01",
          "0x10",
          ".5",
          "1.",
          "9".repeat(999),
          "9".repeat(1_001),
          "1" + "0".repeat(5_000));
  private static final List<String> ODD_TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "\uD83E\uDD80",
          "\u202Eabc",
          "a\r\nb",
          "__proto__",
          "constructor",
          "toString",
          "../../etc/passwd",
          "{}:*?[a-z]",
          "%s%n${jndi:x}",
          "\uFFFF",
          "İ",
          "e\u0301");
  private static final List<String> ODD_ESCAPES =
      List.of("\"\\ud800\"", "\"\\udc00x\"", "\"\\ud83e\\ud83e\"", "\"\\u0000\"", "\"\\x\"");
  private static final List<String> JUNK =
      List.of(
          "",
          " ",
          "5",
          "null",
          "true",
          "[]",
          "{}",
          "\"s\"",
          "[[",
          "{\"type\":\"event\",\"event\":\"x\"}",
          "{\"type\":\"res\",\"id\":\"1\",\"ok\":true}",
          "{\"type\":\"req\"}{\"type\":\"req\"}",
          "\uFEFF{}",
          "{\"type\":\"req\",\"id\":\"a\",\"method\":\"__proto__\"}",
          "{\"type\":\"req\",\"id\":\"b\",\"method\":\"constructor\",\"params\":null}",
          "{\"type\":\"req\",\"id\":\"c\",\"method\":\"health\",\"params\":\"x\"}",
          "{\"type\":\"req\",\"id\":{},\"method\":[]}");

  private final RandomGenerator random;

  Mutator(RandomGenerator random) {
    this.random = random;
  }

  /** The bytes of a message made from a valid frame; about one in ten is left as it is. */
  byte[] spoil(ObjectNode valid) {
    ObjectNode frame = valid.deepCopy();
    return switch (random.nextInt(20)) {
      case 0, 1 -> utf8(frame.toString());
      case 2, 3 -> flipped(utf8(frame.toString()));
      case 4 -> truncated(utf8(frame.toString()));
      case 5 -> utf8(duplicated(frame.toString()));
      case 6 -> nested(frame);
      case 7, 8, 9 -> marked(frame, pick(ODD_NUMBERS));
      case 10 -> marked(frame, pick(ODD_ESCAPES));
      case 11, 12, 13 -> replaced(frame, oddValue());
      case 14 -> replaced(frame, JSON.textNode(pick(ODD_TEXTS)));
      case 15 -> utf8(frame.put("id", "i".repeat(1 << random.nextInt(17))).toString());
      case 16 -> utf8(extended(frame).toString());
      case 17 -> utf8(reduced(frame).toString());
      case 18 -> utf8(pick(JUNK));
      default -> utf8(frame.put("id", pick(ODD_TEXTS)).toString());
    };
  }

  <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Mostly within ASCII, so that not every second one ends the socket with 1007. */
  private byte[] flipped(byte[] bytes) {
    int bits = random.nextInt(50) == 0 ? 8 : 7;
    for (int i = random.nextInt(6); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      if (bytes[at] >= 0) {
        bytes[at] ^= (byte) (1 << random.nextInt(bits));
      }
    }
    return bytes;
  }

  private byte[] truncated(byte[] bytes) {
    int end = random.nextInt(bytes.length);
    // Cutting a character in two is what flipping is for.
    while (end > 0 && bytes[end] < 0) {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }

  private String duplicated(String text) {
    String again =
        pick(
            List.of(
                "\"id\":\"dup\"", "\"method\":\"status\"", "\"params\":{}", "\"type\":\"req\""));
    return random.nextBoolean()
        ? "{" + again + "," + text.substring(1)
        : text.substring(0, text.length() - 1) + "," + again + "}";
  }

  private byte[] nested(ObjectNode frame) {
    int depth =
        switch (random.nextInt(6)) {
          case 0 -> 190 + random.nextInt(20);
          case 1 -> 20_000 + random.nextInt(10_000);
          case 2 -> 1_000;
          default -> 1 + random.nextInt(150);
        };
    String open = random.nextBoolean() ? "[" : "{\"a\":";
    String close = open.equals("[") ? "]" : "}";
    String deep = open.repeat(depth) + "1" + (random.nextInt(4) == 0 ? "" : close.repeat(depth));
    return marked(frame, deep);
  }

  /** Puts raw text, JSON or not, in the place of some value. */
  private byte[] marked(ObjectNode frame, String raw) {
    byte[] text = replaced(frame, JSON.textNode("@mark@"));
    return utf8(new String(text, StandardCharsets.UTF_8).replace(MARK, raw));
  }

  private byte[] replaced(ObjectNode frame, JsonNode value) {
    List<Runnable> places = new ArrayList<>();
    JsonNode params = frame.path("params");
    collect(params, value, places);
    places.add(() -> frame.set("params", value));
    if (places.size() < 3 || random.nextInt(8) == 0) {
      collect(frame, value, places);
    }
    pick(places).run();
    return utf8(frame.toString());
  }

  private static void collect(JsonNode node, JsonNode value, List<Runnable> places) {
    switch (node) {
      case ObjectNode object -> {
        for (String name : object.propertyStream().map(java.util.Map.Entry::getKey).toList()) {
          places.add(() -> object.set(name, value));
          collect(object.get(name), value, places);
        }
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          int at = i;
          places.add(() -> array.set(at, value));
          collect(array.get(i), value, places);
        }
      }
      default -> {}
    }
  }

  private JsonNode oddValue() {
    return switch (random.nextInt(9)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(random.nextBoolean());
      case 2 -> JSON.numberNode(random.nextInt());
      case 3 -> JSON.numberNode(random.nextDouble());
      case 4 -> JSON.textNode("x".repeat(random.nextInt(3_000)));
      case 5 -> JSON.arrayNode().add(JSON.arrayNode()).add(1);
      case 6 -> JSON.objectNode().put("__proto__", 1).put("constructor", "x");
      case 7 -> JSON.textNode(Integer.toString(random.nextInt()));
      default -> JSON.numberNode(-1);
    };
  }

  private ObjectNode extended(ObjectNode frame) {
    ObjectNode target =
        frame.path("params") instanceof ObjectNode params && random.nextInt(4) > 0 ? params : frame;
    target.set(pick(List.of("__proto__", "constructor", "x", "", "hasOwnProperty")), oddValue());
    return frame;
  }

  private ObjectNode reduced(ObjectNode frame) {
    ObjectNode target =
        frame.path("params") instanceof ObjectNode params
                && !params.isEmpty()
                && random.nextInt(4) > 0
            ? params
            : frame;
    List<String> names = target.propertyStream().map(java.util.Map.Entry::getKey).toList();
    target.remove(pick(names));
    return frame;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A request frame. */
  static ObjectNode request(String id, String method, JsonNode params) {
    ObjectNode frame = Json.object().put("type", "req").put("id", id).put("method", method);
    frame.set("params", params);
    return frame;
  }
}
