package dev.krabkrab.gateway.access.auth;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Mode {@code trusted-proxy}: a proxy in front of the gateway has signed the user in and names him
 * in a header. The header counts only when the socket comes from {@code gateway.trustedProxies};
 * from everybody else it is as if it were not there.
 *
 * @param userHeader {@code gateway.auth.trustedProxy.userHeader}
 * @param requiredHeaders {@code requiredHeaders}: further headers the proxy must have set
 * @param users {@code allowUsers}
 * @param scopes {@code scopes}: the most a user may hold
 * @param roles {@code roles}: as what he may connect
 */
public record TrustedProxyRules(
    String userHeader,
    List<String> requiredHeaders,
    AllowedUsers users,
    List<String> scopes,
    Set<Role> roles)
    implements IdentitySource {
  private static final String PREFIX = "proxy:";

  public TrustedProxyRules {
    requiredHeaders = List.copyOf(requiredHeaders);
    scopes = List.copyOf(scopes);
    roles = Set.copyOf(roles);
  }

  @Override
  public Future<Verdict> identify(Shown shown) {
    return Future.succeededFuture(judge(shown));
  }

  private Verdict judge(Shown shown) {
    MultiMap headers = shown.headers();
    List<String> named = headers.getAll(userHeader);
    boolean complete =
        shown.fromTrustedProxy()
            && requiredHeaders.stream().allMatch(name -> !isBlank(headers.get(name)));
    // Two of them: one is the client's, and it is not known which.
    if (!complete || named.size() != 1) {
      return new Verdict.Unknown(AuthFailure.IDENTITY_HEADER_REQUIRED, false);
    }
    String user = named.getFirst().strip();
    if (!AllowedUsers.isName(user) || !users.allows(user)) {
      return new Verdict.Unknown(AuthFailure.VERIFIED_USER_REQUIRED, true);
    }
    String name = PREFIX + user;
    return new Verdict.Known(new Credential(Credential.id(name, settings()), name, scopes, roles));
  }

  @Override
  public boolean stands(String credentialId) {
    String name = Credential.nameOf(credentialId);
    return name.startsWith(PREFIX)
        && credentialId.equals(Credential.id(name, settings()))
        && users.allows(name.substring(PREFIX.length()));
  }

  @Override
  public boolean readsHeaders() {
    return true;
  }

  @Override
  public String method() {
    return "trusted-proxy";
  }

  private String settings() {
    return String.join(
        "\n",
        userHeader,
        String.join(",", requiredHeaders),
        String.join(",", Scopes.sorted(scopes)),
        new TreeSet<>(roles).toString());
  }

  private static boolean isBlank(@Nullable String value) {
    return value == null || value.isBlank();
  }
}
