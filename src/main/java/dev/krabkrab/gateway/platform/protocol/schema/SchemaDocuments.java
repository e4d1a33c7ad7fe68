package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** The schema files as they are, for those who publish them. */
public final class SchemaDocuments {
  private SchemaDocuments() {}

  /**
   * Reads them all.
   *
   * @return by protocol and name, such as {@code v3/chat.send}; a name that begins with an
   *     underscore is no method's
   */
  public static Map<String, JsonNode> read() {
    return SchemaFiles.documents();
  }
}
