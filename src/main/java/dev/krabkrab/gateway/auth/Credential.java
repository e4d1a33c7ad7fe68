package dev.krabkrab.gateway.auth;

import java.util.List;
import java.util.Set;

/**
 * What a connection proved besides its device, when that is less than the shared secret.
 *
 * @param id names this credential as it is set now; another secret, scope or role makes another id
 * @param name as people know it
 * @param scopes the most a connection may hold by it
 * @param roles the roles it admits
 */
public record Credential(String id, String name, List<String> scopes, Set<Role> roles) {
  public Credential {
    scopes = List.copyOf(scopes);
    roles = Set.copyOf(roles);
  }

  /** What of the scopes asked for a connection gets. */
  public List<String> grant(List<String> asked) {
    return Scopes.meet(asked, scopes);
  }
}
