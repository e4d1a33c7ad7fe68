package dev.krabkrab.gateway.access.handshake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/**
 * How much a client may say about itself. It is kept, shown and sent on before anybody has approved
 * the client, so it is bounded whoever it is; what real clients send is far below.
 */
final class ConnectBounds {
  private static final int MOST_IN_TEXT = 256;
  private static final int MOST_IN_LONG_TEXT = 8_192;
  private static final int MOST_IN_ITEM = 128;

  private static final Map<String, Integer> LISTS =
      Map.of("scopes", 64, "caps", 256, "commands", 512, "permissions", 256);

  private ConnectBounds() {}

  /** What is too long, named so that its author finds it; empty when nothing is. */
  static Optional<String> problem(JsonNode connect) {
    for (Map.Entry<String, JsonNode> field : connect.path("client").properties()) {
      if (length(field.getValue()) > MOST_IN_TEXT) {
        return tooLong("/client/" + field.getKey(), MOST_IN_TEXT);
      }
    }
    for (String name : new String[] {"locale", "userAgent", "pathEnv"}) {
      if (length(connect.path(name)) > MOST_IN_LONG_TEXT) {
        return tooLong("/" + name, MOST_IN_LONG_TEXT);
      }
    }
    return LISTS.entrySet().stream()
        .map(list -> inList(list.getKey(), connect.path(list.getKey()), list.getValue()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> inList(String name, JsonNode list, int most) {
    if (list.size() > most) {
      return Optional.of("at /" + name + ": must not have more than " + most + " entries");
    }
    for (Map.Entry<String, JsonNode> entry : list.properties()) {
      if (entry.getKey().length() > MOST_IN_ITEM) {
        return tooLong("a name in /" + name, MOST_IN_ITEM);
      }
    }
    for (int i = 0; list.isArray() && i < list.size(); i++) {
      if (length(list.get(i)) > MOST_IN_ITEM) {
        return tooLong("/" + name + "/" + i, MOST_IN_ITEM);
      }
    }
    return Optional.empty();
  }

  private static int length(JsonNode value) {
    return value.isTextual() ? value.textValue().length() : 0;
  }

  private static Optional<String> tooLong(String where, int most) {
    return Optional.of("at " + where + ": must not have more than " + most + " characters");
  }
}
