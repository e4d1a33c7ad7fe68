package dev.krabkrab.gateway.platform.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.net.Egress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one instance is told when it starts, and keeps. Everything shared is in the gateway document
 * instead.
 *
 * @param port {@code gateway.port}, 0 to 65535, 0 takes a free one; default 18789
 * @param bind {@code gateway.bind}, an IP address; default 127.0.0.1
 * @param management {@code gateway.management}: a port of its own for probes and metrics, or null
 *     for none
 * @param tls {@code gateway.tls}
 * @param stateDir keys, generated files and the embedded Redis; default {@code ~/.krabkrab}
 * @param namespace separates gateways that share a Redis; default {@code default}
 * @param instanceId unique for each start of a process
 * @param redisUrl {@code redis.url} with {@code redis.password} in it, or null for the embedded
 *     Redis
 * @param redisCa {@code redis.caPath}: PEM file of who signs the certificates of a Redis reached by
 *     TLS, or null for those the JVM trusts
 * @param minReplicasAck {@code redis.minReplicasAck}, 0 to 16; default 0
 * @param trustedProxies {@code gateway.trustedProxies}: addresses or CIDR ranges
 * @param issuerFiles {@code gateway.issuerFiles}: folder of the files that {@code gateway.auth.jwt}
 *     may name; default {@code /run/secrets/issuers}
 * @param skillsDir {@code gateway.skillsDir}: folder whose folders are the skills, the same on
 *     every instance; default {@code skills} in the state directory
 * @param localAutoApproval {@code gateway.localAutoApproval}: local devices are paired without
 *     asking; default true, false inside Kubernetes, where no peer is really local
 * @param drain {@code gateway.drain}
 * @param limits {@code gateway.limits}
 * @param traces {@code telemetry}: where traces go, or null for none
 * @param trust what it allows on purpose
 * @param redisPort {@code redis.port}: a loopback port on which the embedded Redis listens besides
 *     its socket, 0 takes a free one; null for none
 * @param egress {@code gateway.proxy}: the way to what is outside
 * @param proxyProtocol {@code gateway.proxyProtocol}: whether trusted proxies name their clients by
 *     the PROXY protocol, and nobody else reaches the port; default off
 */
public record InstanceSettings(
    int port,
    String bind,
    @Nullable ManagementSettings management,
    TlsSettings tls,
    Path stateDir,
    String namespace,
    String instanceId,
    @Nullable String redisUrl,
    @Nullable Path redisCa,
    int minReplicasAck,
    List<String> trustedProxies,
    Path issuerFiles,
    Path skillsDir,
    boolean localAutoApproval,
    DrainSettings drain,
    LimitSettings limits,
    @Nullable TraceSettings traces,
    TrustSettings trust,
    @Nullable Integer redisPort,
    Egress egress,
    boolean proxyProtocol) {

  private static final int DEFAULT_PORT = 18_789;
  private static final Path ISSUER_FILES = Path.of("/run/secrets/issuers");
  private static final int MOST_REPLICAS = 16;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String NAME_RULE = "1 to 64 of A-Z a-z 0-9 . _ -";

  public InstanceSettings {
    trustedProxies = List.copyOf(trustedProxies);
  }

  /**
   * Reads and checks everything.
   *
   * @param flags by long name without dashes: port, bind, management-port, tls, tls-cert, tls-key,
   *     tls-min-version, state-dir, namespace, instance, redis-url
   * @param environment variables by name
   * @param configFile parsed {@code --config} file, or null
   * @param suffix short random text that makes the id of this start unique
   * @throws InvalidSettingException for the first value that cannot be used
   */
  public static InstanceSettings load(
      Map<String, String> flags,
      Map<String, String> environment,
      @Nullable ObjectNode configFile,
      String suffix) {
    Sources from = new Sources(flags, environment, configFile);
    Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", ".")));
    Path stateDir = stateDir(from, home);
    boolean kubernetes = !environment.getOrDefault("KUBERNETES_SERVICE_HOST", "").isBlank();
    return new InstanceSettings(
        from.find("gateway.port", "port", "KRABKRAB_PORT").integer(DEFAULT_PORT, 0, 65_535),
        Addresses.bind(
            from.find("gateway.bind", "bind", "KRABKRAB_BIND"),
            from.find("gateway.customBindHost", null)),
        ManagementSettings.load(from),
        TlsSettings.load(from, stateDir, home),
        stateDir,
        name(from.find("namespace", "namespace", "KRABKRAB_NAMESPACE"), "default"),
        instanceId(from, suffix),
        redisUrl(from),
        Paths.readable(from.find("redis.caPath", null, "KRABKRAB_REDIS_CA"), home),
        from.find("redis.minReplicasAck", null, "KRABKRAB_REDIS_MIN_REPLICAS_ACK")
            .integer(0, 0, MOST_REPLICAS),
        proxies(from),
        Paths.of(
            from.find("gateway.issuerFiles", null, "KRABKRAB_ISSUER_FILES"), home, ISSUER_FILES),
        Paths.of(
            from.find("gateway.skillsDir", null, "KRABKRAB_SKILLS_DIR"),
            home,
            stateDir.resolve("skills")),
        from.find("gateway.localAutoApproval", null, "KRABKRAB_LOCAL_AUTO_APPROVAL")
            .flag(!kubernetes),
        DrainSettings.load(from),
        LimitSettings.load(from),
        TraceSettings.load(from),
        TrustSettings.load(from),
        redisPort(from.find("redis.port", "redis-port", "KRABKRAB_REDIS_PORT")),
        ProxySettings.load(from),
        proxyProtocol(from));
  }

  private static Path stateDir(Sources from, Path home) {
    return Paths.of(
        from.find("stateDir", "state-dir", "KRABKRAB_STATE_DIR"), home, home.resolve(".krabkrab"));
  }

  private static @Nullable String redisUrl(Sources from) {
    return RedisAddress.of(
        from.find("redis.url", "redis-url", "KRABKRAB_REDIS_URL"),
        from.find("redis.password", null, "KRABKRAB_REDIS_PASSWORD"));
  }

  /** Whether other hosts can reach the port. */
  public boolean exposed() {
    return !Addresses.isLoopback(bind);
  }

  /** Whether everybody who reaches the port may be let in without a secret. */
  public boolean mayBeOpen() {
    return !exposed() || trust.openToNetwork();
  }

  /**
   * Refuses a port that other hosts can reach and nothing guards. Protocol 01b §4.1.
   *
   * @param hasSecret the effective mode has a secret to compare
   * @param explicitlyOpen mode {@code none} was asked for by name
   * @throws InvalidSettingException when the instance must not start
   */
  public void requireGuard(boolean hasSecret, boolean explicitlyOpen) {
    if (explicitlyOpen && !mayBeOpen()) {
      throw new InvalidSettingException(
          "gateway.bind is "
              + bind
              + ", which other hosts can reach, and gateway.auth.mode is \"none\":"
              + " set a secret, or allow it with --dangerously-open-to-network"
              + " (KRABKRAB_DANGEROUSLY_OPEN_TO_NETWORK=true)");
    }
    if (exposed() && !hasSecret && !explicitlyOpen) {
      throw new InvalidSettingException(
          "gateway.bind is "
              + bind
              + ", which other hosts can reach, but there is no shared secret:"
              + " set gateway.auth.token or KRABKRAB_GATEWAY_TOKEN");
    }
  }

  /** Without the Redis address, which may hold a password. */
  @Override
  public String toString() {
    return "InstanceSettings[port=%d, bind=%s, management=%s, tls=%s, stateDir=%s"
            .formatted(port, bind, management, tls, stateDir)
        + ", namespace=%s, instanceId=%s, redis=%s, minReplicasAck=%d"
            .formatted(
                namespace, instanceId, redisUrl == null ? "embedded" : "external", minReplicasAck)
        + ", trustedProxies=%s, localAutoApproval=%s, drain=%s, limits=%s, traces=%s]"
            .formatted(trustedProxies, localAutoApproval, drain, limits, traces);
  }

  private static @Nullable Integer redisPort(Setting setting) {
    return setting.given() ? setting.integer(0, 0, 65_535) : null;
  }

  private static String instanceId(Sources from, String suffix) {
    return name(from.find("instance", "instance", "KRABKRAB_INSTANCE"), hostName()) + "-" + suffix;
  }

  private static String name(Setting setting, String otherwise) {
    String text = setting.text();
    if (text != null && !NAME.matcher(text).matches()) {
      throw setting.refused(NAME_RULE);
    }
    return text == null ? otherwise : text;
  }

  private static String hostName() {
    try {
      String name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
      return name.substring(0, Math.min(name.length(), 64));
    } catch (UnknownHostException e) {
      return "gateway";
    }
  }

  private static boolean proxyProtocol(Sources from) {
    Setting setting = from.find("gateway.proxyProtocol", null, "KRABKRAB_PROXY_PROTOCOL");
    String text = setting.text();
    boolean on = "on".equals(text);
    if (text != null && !on && !text.equals("off")) {
      throw setting.refused("on or off");
    }
    if (on && proxies(from).isEmpty()) {
      throw setting.refused("off without gateway.trustedProxies, who alone may name clients");
    }
    return on;
  }

  private static List<String> proxies(Sources from) {
    return proxies(from.find("gateway.trustedProxies", null, "KRABKRAB_TRUSTED_PROXIES"));
  }

  private static List<String> proxies(Setting setting) {
    List<String> entries = setting.texts();
    if (!entries.stream().allMatch(Addresses::isAddressOrRange)) {
      throw setting.refused("IP addresses or CIDR ranges");
    }
    return entries;
  }
}
