package dev.krabkrab.gateway.access.auth.jwt;

import dev.krabkrab.gateway.access.auth.AllowedUsers;
import dev.krabkrab.gateway.access.auth.Credential;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.auth.Scopes;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One of {@code gateway.auth.jwt.issuers}: whose tokens are accepted, and what for.
 *
 * @param name {@code name}: how people tell it from others
 * @param issuer {@code issuer}: what {@code iss} must be
 * @param audiences what {@code aud} must hold one of
 * @param algorithms {@code algorithms}: others are refused, whatever a key or a token says
 * @param keys where its keys are
 * @param userClaim {@code userClaim}: the claim that names the user
 * @param users {@code allowUsers}
 * @param grant what a user may do
 * @param roles {@code roles}: as what he may connect
 * @param pairs {@code pairDevices}: a new device that comes with a token is paired at once
 */
public record JwtIssuer(
    String name,
    String issuer,
    List<String> audiences,
    List<String> algorithms,
    KeySource keys,
    String userClaim,
    AllowedUsers users,
    ScopeGrant grant,
    Set<Role> roles,
    boolean pairs) {

  /** What may stand in {@code algorithms}: none of them lets the checker of a token make one. */
  public static final List<String> ALGORITHMS =
      List.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

  /** What is accepted unless {@code algorithms} says otherwise. */
  public static final List<String> USUAL_ALGORITHMS = List.of("RS256", "ES256");

  public JwtIssuer {
    audiences = List.copyOf(audiences);
    algorithms = List.copyOf(algorithms);
    roles = Set.copyOf(roles);
  }

  /** Whether a connection that came with a token of it, as it was set then, may stay. */
  public boolean stands(String credentialId) {
    String user = userOf(Credential.nameOf(credentialId));
    return !user.isEmpty() && credentialId.equals(credentialId(user)) && users.allows(user);
  }

  String credentialId(String user) {
    return Credential.id(name + ":" + user, settings());
  }

  private String userOf(String credentialName) {
    String start = name + ":";
    return credentialName.startsWith(start) ? credentialName.substring(start.length()) : "";
  }

  /** All of it that decides what a connection is, but for who is allowed. */
  private String settings() {
    return String.join(
        "\n",
        name,
        issuer,
        new TreeSet<>(audiences).toString(),
        new TreeSet<>(algorithms).toString(),
        keys.toString(),
        userClaim,
        String.join(",", Scopes.sorted(grant.scopes())),
        grant.claim(),
        new TreeMap<>(grant.byValue()).toString(),
        new TreeSet<>(roles).toString(),
        Boolean.toString(pairs));
  }
}
