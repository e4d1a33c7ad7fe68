package dev.krabkrab.gateway.cli;

import java.util.List;

/**
 * What a command asks a connection for.
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
