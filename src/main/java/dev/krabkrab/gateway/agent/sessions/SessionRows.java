package dev.krabkrab.gateway.agent.sessions;

import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Part of a list of sessions, as {@code lua/agent/sessions/list.lua} answers it. Protocol 04 §16.1.
 *
 * @param rows encoded but for what the gateway document adds; a digit in front says what that is
 * @param end where the next part begins; empty when there is none
 */
record SessionRows(List<Buffer> rows, String end) {
  SessionRows {
    rows = List.copyOf(rows);
  }

  /** The rows, complete, with commas between them. */
  Buffer joined(SessionRules rules) {
    byte[][] tails = tails(rules);
    int size =
        rows.stream().mapToInt(row -> row.length() + tails[row.getByte(0) - '0'].length).sum();
    Buffer all = Buffer.buffer(size);
    for (Buffer row : rows) {
      if (all.length() > 0) {
        all.appendByte((byte) ',');
      }
      all.appendBuffer(row, 1, row.length() - 1).appendBytes(tails[row.getByte(0) - '0']);
    }
    return all;
  }

  /** What comes behind a row, by its digit. */
  private static byte[][] tails(SessionRules rules) {
    byte[][] tails = new byte[8][];
    for (int missing = 0; missing < tails.length; missing++) {
      String tail =
          ((missing & 1) == 0 ? "" : member("modelProvider", rules.model().provider()))
              + ((missing & 2) == 0 ? "" : member("model", rules.model().id()))
              + ((missing & 4) == 0 ? "" : ",\"contextTokens\":" + rules.contextTokens());
      tails[missing] = (tail + "}").getBytes(StandardCharsets.UTF_8);
    }
    return tails;
  }

  private static String member(String name, String value) {
    return ",\"" + name + "\":" + Json.text(Json.mapper().getNodeFactory().textNode(value));
  }
}
