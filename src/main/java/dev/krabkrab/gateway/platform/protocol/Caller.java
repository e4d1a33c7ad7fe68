package dev.krabkrab.gateway.platform.protocol;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a connection is, fixed when its handshake ends. Protocol 01b §2.2, 01d §8.
 *
 * @param connId UUID of the connection
 * @param role {@code operator} or {@code node}
 * @param scopes granted scopes, trimmed
 * @param deviceId verified device, or null for a connection without one
 * @param clientId as the client spells it; never grants anything
 * @param clientMode as the client spells it; never grants anything
 * @param caps capabilities the client claims
 * @param remoteIp address to show to people; null for a local client
 * @param local the connection counts as local (01b §4.4)
 * @param connectedAtMs epoch milliseconds
 * @param credential id of the named token or user it came with; null for the shared secret or a
 *     device token
 * @param grounds what its rights rest on
 */
public record Caller(
    String connId,
    ProtocolVersion version,
    String role,
    Set<String> scopes,
    @Nullable String deviceId,
    String clientId,
    String clientMode,
    @Nullable String displayName,
    String clientVersion,
    String platform,
    @Nullable String deviceFamily,
    @Nullable String modelIdentifier,
    @Nullable String instanceId,
    Set<String> caps,
    @Nullable String remoteIp,
    boolean local,
    long connectedAtMs,
    @Nullable String credential,
    Grounds grounds) {

  public static final String OPERATOR = "operator";
  public static final String NODE = "node";

  private static final String MACHINE = "gateway-node";
  private static final String ACTS = "acts";

  /** A caller whose rights rest on nothing that can be taken. */
  public Caller(
      String connId,
      ProtocolVersion version,
      String role,
      Set<String> scopes,
      @Nullable String deviceId,
      String clientId,
      String clientMode,
      @Nullable String displayName,
      String clientVersion,
      String platform,
      @Nullable String deviceFamily,
      @Nullable String modelIdentifier,
      @Nullable String instanceId,
      Set<String> caps,
      @Nullable String remoteIp,
      boolean local,
      long connectedAtMs,
      @Nullable String credential) {
    this(
        connId,
        version,
        role,
        scopes,
        deviceId,
        clientId,
        clientMode,
        displayName,
        clientVersion,
        platform,
        deviceFamily,
        modelIdentifier,
        instanceId,
        caps,
        remoteIp,
        local,
        connectedAtMs,
        credential,
        Grounds.NONE);
  }

  /** A caller inside the gateway, without a socket. */
  public static Caller inside(String connId, String clientId, Set<String> scopes, long nowMs) {
    return new Caller(
        connId,
        ProtocolVersion.V3,
        OPERATOR,
        scopes,
        null,
        clientId,
        "backend",
        null,
        "",
        "",
        null,
        null,
        null,
        Set.of(),
        null,
        true,
        nowMs,
        null);
  }

  /**
   * A node that says something, where the gateway asks in its name.
   *
   * @param nodeId which node it is
   * @param name as people and models are shown it
   * @param acts what it asks agents for they may use tools for
   */
  public static Caller machine(String nodeId, String name, boolean acts, long nowMs) {
    return new Caller(
        "node",
        ProtocolVersion.V3,
        OPERATOR,
        Set.of("operator.write"),
        nodeId,
        "gateway-nodes",
        MACHINE,
        name,
        "",
        "",
        null,
        null,
        null,
        acts ? Set.of(ACTS) : Set.of(),
        null,
        true,
        nowMs,
        null);
  }

  /** Whether agents may use tools for it. */
  public boolean mayAct() {
    return !isMachine() || caps.contains(ACTS);
  }

  /** Whether a node speaks; no client of the wire can spell that mode. */
  public boolean isMachine() {
    return MACHINE.equals(clientMode);
  }

  /** The same caller with a name that people read. */
  public Caller named(String name) {
    return with(scopes, name, remoteIp, local, credential, grounds);
  }

  /** The same caller with what a credential, if any, or a one-time token leaves of its scopes. */
  public Caller limited(Set<String> granted, @Nullable String credentialId) {
    return with(granted, displayName, remoteIp, local, credentialId, grounds);
  }

  /** The same caller with what its rights rest on. */
  public Caller grounded(Grounds on) {
    return with(scopes, displayName, remoteIp, local, credential, on);
  }

  /** The same caller, who acts for a client that came from somewhere with a credential. */
  public Caller onBehalf(@Nullable String credentialId, @Nullable String address, boolean here) {
    return with(scopes, displayName, address, here, credentialId, grounds);
  }

  private Caller with(
      Set<String> granted,
      @Nullable String name,
      @Nullable String address,
      boolean here,
      @Nullable String credentialId,
      Grounds on) {
    return new Caller(
        connId,
        version,
        role,
        granted,
        deviceId,
        clientId,
        clientMode,
        name,
        clientVersion,
        platform,
        deviceFamily,
        modelIdentifier,
        instanceId,
        caps,
        address,
        here,
        connectedAtMs,
        credentialId,
        on);
  }

  /** The person, issuer's subject or named token behind it, as people read it, or null. */
  public @Nullable String user() {
    if (credential == null) {
      return null;
    }
    // The mark behind it says nothing to a reader.
    int mark = credential.lastIndexOf('#');
    return mark < 0 ? credential : credential.substring(0, mark);
  }

  public boolean isNode() {
    return NODE.equals(role);
  }

  public boolean isV4() {
    return version == ProtocolVersion.V4;
  }

  public boolean isAdmin() {
    return !isNode() && scopes.contains("operator.admin");
  }

  /** True for an operator that holds the scope, or admin. */
  public boolean holds(String scope) {
    return !isNode() && (scopes.contains(scope) || scopes.contains("operator.admin"));
  }

  /** The node's id on the wire: its device, else its client id. Protocol 02 §6.1. */
  public String nodeId() {
    return deviceId != null ? deviceId : clientId;
  }

  /** What resolved an approval, as people read it. Protocol 02 §2.2. */
  public String label() {
    return displayName != null ? displayName : clientId;
  }

  /** What an idempotency key or an approval belongs to: the device, else the connection. */
  public String principal() {
    return deviceId != null ? "device:" + deviceId : "client:" + clientId;
  }
}
