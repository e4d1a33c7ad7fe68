package dev.krabkrab.gateway.cli;

import java.util.List;

/**
 * The demands of a command on its connection.
 *
 * @param scopes operator scopes, in the order they are signed
 * @param caps client capabilities to declare
 */
record Session(List<String> scopes, List<String> caps) {
  static final String ROLE = "operator";

  Session {
    scopes = List.copyOf(scopes);
    caps = List.copyOf(caps);
  }
}
