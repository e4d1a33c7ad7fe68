package dev.krabkrab.gateway.platform.protocol;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes callers for tests: a local operator of protocol 3 on a connection of its own, with what a
 * test names changed.
 */
public final class Callers {
  private String connId = UUID.randomUUID().toString();
  private ProtocolVersion version = ProtocolVersion.V3;
  private String role = Caller.OPERATOR;
  private Set<String> scopes = Set.of();
  private @Nullable String deviceId;
  private String clientId = "test";
  private String clientMode = "test";
  private @Nullable String displayName;
  private String clientVersion = "1";
  private String platform = "linux";
  private @Nullable String instanceId;
  private Set<String> caps = Set.of();
  private boolean local = true;
  private long connectedAtMs;
  private @Nullable String credential;

  private Callers() {}

  public static Callers operator(String... scopes) {
    Callers made = new Callers();
    made.scopes = new LinkedHashSet<>(Arrays.asList(scopes));
    return made;
  }

  public Callers conn(String id) {
    connId = id;
    return this;
  }

  public Callers version(ProtocolVersion spoken) {
    version = spoken;
    return this;
  }

  public Callers role(String name) {
    role = name;
    return this;
  }

  public Callers device(@Nullable String id) {
    deviceId = id;
    return this;
  }

  public Callers client(String id, String mode, String itsVersion) {
    clientId = id;
    clientMode = mode;
    clientVersion = itsVersion;
    return this;
  }

  public Callers named(@Nullable String name) {
    displayName = name;
    return this;
  }

  public Callers platform(String name) {
    platform = name;
    return this;
  }

  public Callers instance(String id) {
    instanceId = id;
    return this;
  }

  public Callers caps(String... claimed) {
    caps = Set.of(claimed);
    return this;
  }

  public Callers remote() {
    local = false;
    return this;
  }

  public Callers connectedAt(long epochMs) {
    connectedAtMs = epochMs;
    return this;
  }

  public Callers credential(@Nullable String id) {
    credential = id;
    return this;
  }

  public Caller make() {
    return new Caller(
        connId,
        version,
        role,
        Set.copyOf(scopes),
        deviceId,
        clientId,
        clientMode,
        displayName,
        clientVersion,
        platform,
        null,
        null,
        instanceId,
        caps,
        null,
        local,
        connectedAtMs,
        credential);
  }
}
