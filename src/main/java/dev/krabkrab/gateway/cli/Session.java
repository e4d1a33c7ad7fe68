package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The demands of a command on its connection.
 *
 * @param scopes operator scopes, in the order they are signed
 * @param caps client capabilities to declare
 * @param part what it connects as
 */
record Session(List<String> scopes, List<String> caps, Part part) {

  Session {
    scopes = List.copyOf(scopes);
    caps = List.copyOf(caps);
  }

  /** An operator's. */
  Session(List<String> scopes, List<String> caps) {
    this(scopes, caps, Part.OPERATOR);
  }

  /** The role, signed and by which tokens are kept. */
  String role() {
    return part.role();
  }

  /**
   * What a client connects as (Protocol 01b §2.2).
   *
   * @param client id and mode of the client
   * @param displayName the label by which people recognise it; blank for the usual one
   * @param declared further fields of the connect request, as those of a node
   */
  record Part(Client client, String role, String displayName, ObjectNode declared) {
    static final Part OPERATOR = new Part(new Client("cli", "cli"), "operator", "", Json.object());

    /** The same object for nobody else. */
    Part {
      declared = declared.deepCopy();
    }
  }

  /** Kind of program, in the closed lists of the protocol. */
  record Client(String id, String mode) {}
}
