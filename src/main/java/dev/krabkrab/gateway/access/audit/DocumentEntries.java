package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.settings.GatewayDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** Makes the audit event of a changed document: where it changed, never to what. */
final class DocumentEntries {
  private static final int MOST_PATHS = 100;
  private static final int MOST_LENGTH = 200;
  private static final String STAMP = "meta";

  private DocumentEntries() {}

  static AuditEvent changed(Caller by, GatewayDocument before, GatewayDocument after) {
    return new AuditEvent(
        AuditAction.CONFIG_CHANGED,
        AuditActor.of(by),
        details -> {
          List<String> paths = paths(before.parsed(), after.parsed());
          details.put("before", before.hash()).put("after", after.hash());
          details.set("paths", Json.texts(paths.stream().limit(MOST_PATHS).toList()));
          if (paths.size() > MOST_PATHS) {
            details.put("morePaths", paths.size() - MOST_PATHS);
          }
        });
  }

  /** Dotted paths of the values that differ, in order; an array is one value. */
  static List<String> paths(JsonNode before, JsonNode after) {
    List<String> paths = new ArrayList<>();
    collect("", before, after, paths);
    return paths;
  }

  private static void collect(String path, JsonNode before, JsonNode after, List<String> paths) {
    if (before instanceof ObjectNode old && after instanceof ObjectNode young) {
      TreeSet<String> names = new TreeSet<>();
      old.fieldNames().forEachRemaining(names::add);
      young.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        if (!path.isEmpty() || !name.equals(STAMP)) {
          String below = path.isEmpty() ? name : path + "." + name;
          collect(below, old.path(name), young.path(name), paths);
        }
      }
    } else if (!Objects.equals(before, after)) {
      paths.add(path.length() <= MOST_LENGTH ? path : path.substring(0, MOST_LENGTH));
    }
  }
}
