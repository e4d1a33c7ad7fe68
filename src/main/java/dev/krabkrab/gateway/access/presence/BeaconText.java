package dev.krabkrab.gateway.access.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the presence lines that older clients write as a sentence. Protocol 01d §10.4. */
final class BeaconText {
  private static final int PARTS = 5;
  private static final int MAX_LENGTH = 2_000;
  private static final Pattern WHO =
      Pattern.compile("Node:\\s*([^\\s(]+)\\s*\\(([^)]+)\\)", Pattern.CASE_INSENSITIVE);
  private static final Pattern IDLE =
      Pattern.compile("last input\\s*([0-9]{1,9})s ago", Pattern.CASE_INSENSITIVE);

  private BeaconText() {}

  /** Returns the fields a text names; none when it is not exactly of that form. */
  static ObjectNode parse(String text) {
    ObjectNode none = Json.object();
    if (text.length() > MAX_LENGTH) {
      return none;
    }
    String[] parts = text.strip().split("·", PARTS);
    if (parts.length < PARTS) {
      return none;
    }
    Matcher who = WHO.matcher(parts[0].strip());
    Matcher idle = IDLE.matcher(parts[2].strip());
    String version = after("app", parts[1]);
    String mode = after("mode", parts[3]);
    String reason = after("reason", parts[4]);
    if (!who.matches() || !idle.matches() || version == null || mode == null || reason == null) {
      return none;
    }
    return Json.object()
        .put("host", who.group(1))
        .put("ip", who.group(2).strip())
        .put("version", version)
        .put("lastInputSeconds", Long.parseLong(idle.group(1)))
        .put("mode", mode)
        .put("reason", reason);
  }

  private static @Nullable String after(String word, String part) {
    String stripped = part.strip();
    if (!stripped.toLowerCase(Locale.ROOT).startsWith(word)) {
      return null;
    }
    String rest = stripped.substring(word.length()).strip();
    return rest.isEmpty() ? null : rest;
  }
}
