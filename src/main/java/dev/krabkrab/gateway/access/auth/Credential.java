package dev.krabkrab.gateway.access.auth;

import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * What a connection proved besides its device, when that is less than the shared secret.
 *
 * @param id names this credential as it is set now; another secret, scope or role makes another id
 * @param name as people know it
 * @param scopes the most a connection may hold by it
 * @param roles the roles it admits
 * @param pairs a new device that comes with it is paired without a question
 * @param expiresAtMs when connections that came with it end, milliseconds since 1970; {@link
 *     #NEVER} without an end
 */
public record Credential(
    String id, String name, List<String> scopes, Set<Role> roles, boolean pairs, long expiresAtMs) {
  /** No end. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int MARK_BYTES = 12;
  private static final char MARKED = '#';

  public Credential {
    scopes = List.copyOf(scopes);
    roles = Set.copyOf(roles);
  }

  /** One that does not end by itself and pairs nobody. */
  public Credential(String id, String name, List<String> scopes, Set<Role> roles) {
    this(id, name, scopes, roles, false, NEVER);
  }

  /** What of the requested scopes a connection gets. */
  public List<String> grant(List<String> requested) {
    return Scopes.meet(requested, scopes);
  }

  /**
   * The id of a credential of that name.
   *
   * @param settings all that makes it what it is; others make another id
   */
  public static String id(String name, String settings) {
    return name + MARKED + mark(settings);
  }

  /** What an id ends with when it was made with those settings. */
  static String mark(String settings) {
    return HexFormat.of().formatHex(DeviceKey.sha256(settings), 0, MARK_BYTES);
  }

  /** The name in an id. */
  public static String nameOf(String id) {
    int mark = id.lastIndexOf(MARKED);
    return mark < 0 ? id : id.substring(0, mark);
  }
}
