package dev.krabkrab.gateway.platform.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a list that one answer holds. Clients take a message of 25 MiB and lose their
 * connection over a longer one.
 *
 * @param rows in the order of the list
 * @param next names the last of them when there are more, else null
 */
public record AnswerPage(ArrayNode rows, @Nullable String next) {
  /** Bytes that a list takes of an answer. */
  public static final int MOST_BYTES = 8 * 1024 * 1024;

  /**
   * The rows behind a cursor; at least one where there are any.
   *
   * @param idField tells rows apart; its value is the cursor
   * @param cursor {@link #next} of the page before, or null to begin; one that is not in the list
   *     any more begins anew
   */
  public static AnswerPage of(
      List<ObjectNode> all, String idField, @Nullable String cursor, int mostBytes) {
    ArrayNode rows = Json.array();
    long room = mostBytes;
    int from = cursor == null ? 0 : 1 + place(all, idField, cursor);
    for (ObjectNode row : all.subList(from, all.size())) {
      room -= Json.text(row).getBytes(StandardCharsets.UTF_8).length;
      if (room < 0 && !rows.isEmpty()) {
        return new AnswerPage(rows, rows.get(rows.size() - 1).path(idField).asText());
      }
      rows.add(row);
    }
    return new AnswerPage(rows, null);
  }

  private static int place(List<ObjectNode> all, String idField, String id) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).path(idField).asText().equals(id)) {
        return i;
      }
    }
    return -1;
  }
}
