package dev.krabkrab.gateway.platform.redis;

import io.vertx.redis.client.RedisOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and how this deployment uses it.
 *
 * @param endpoints one or more {@code redis://[user:password@]host:port[/db]} or {@code rediss://}
 *     for TLS, or {@code unix:///path[?password=...]}; each connection attempt begins with the next
 *     one
 * @param mode what stands behind the endpoints
 * @param masterName the name the sentinels know the master by; only and always in mode SENTINEL
 * @param namespace separates deployments that share a Redis: 1 to 64 of {@code A-Z a-z 0-9 . _ -}
 * @param minReplicasAck replicas that must acknowledge a durable write, 0 to ask for none
 * @param commandTimeout longest wait for an answer, 100 ms to 60 s
 * @param trustedCertificates PEM file of who signs the certificates of servers reached by TLS, or
 *     null for those the JVM trusts
 * @param metrics told what links made with these settings do
 */
public record RedisSettings(
    List<String> endpoints,
    Mode mode,
    @Nullable String masterName,
    String namespace,
    int minReplicasAck,
    Duration commandTimeout,
    @Nullable Path trustedCertificates,
    RedisMetrics metrics) {

  /** The command timeout when nothing else is said. */
  public static final Duration DEFAULT_COMMAND_TIMEOUT = Duration.ofSeconds(1);

  /** Commands that may be outstanding on one connection. */
  static final int MAX_WAITING = 16_384;

  private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern ENDPOINT =
      Pattern.compile(
          "rediss?://([^/@\\s]*@)?[^/@\\s]+(/\\d*)?|unix:///[^?\\s]+(\\?password=\\w+)?");
  private static final Pattern DEPLOYMENT =
      Pattern.compile(
          "(rediss?)\\+(sentinel|cluster)://([^/@\\s]*@)?([^/@\\s]+)(/[^/\\s]*)?(/\\d+)?");
  private static final Pattern DATABASE = Pattern.compile("(://[^/]+)/\\d*");
  private static final Pattern AUTHORITY =
      Pattern.compile("(rediss?://(?:[^/@\\s]*@)?)[^/?\\s]+(.*)");
  private static final Pattern USER_INFO = Pattern.compile("(//)[^/@\\s]*@|\\?password=.*");

  /** What kind of Redis deployment stands behind the endpoints. */
  public enum Mode {
    /** One server, or a stable address in front of one. */
    STANDALONE,
    /** Sentinels that name the current master. */
    SENTINEL,
    /** Redis Cluster. */
    CLUSTER
  }

  /** Checks every range; a message never repeats an endpoint, since it may hold a password. */
  public RedisSettings {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty() || !endpoints.stream().allMatch(e -> ENDPOINT.matcher(e).matches())) {
      throw new IllegalArgumentException(
          "a Redis address must look like redis://[user:password@]host:port[/db]");
    }
    if ((mode == Mode.SENTINEL) != (masterName != null)) {
      throw new IllegalArgumentException("a master name belongs to Redis Sentinel, and only to it");
    }
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw new IllegalArgumentException("a namespace is 1 to 64 of A-Z a-z 0-9 . _ -");
    }
    if (minReplicasAck < 0) {
      throw new IllegalArgumentException("minReplicasAck must not be negative");
    }
    if (commandTimeout.toMillis() < 100 || commandTimeout.toMillis() > 60_000) {
      throw new IllegalArgumentException("commandTimeout must be 100 ms to 60 s");
    }
    endpoints.forEach(RedisSettings::requireAddress);
  }

  /**
   * Reads an address as people write it: {@code redis://host:port[/db]} (several separated by
   * commas), {@code redis+sentinel://h1:p1,h2:p2/master[/db]} or {@code
   * redis+cluster://h1:p1,h2:p2}; {@code rediss} in each of them for TLS.
   *
   * @throws IllegalArgumentException when it is none of these
   */
  public static RedisSettings parse(String url, String namespace) {
    Matcher matcher = DEPLOYMENT.matcher(url.strip());
    if (!matcher.matches()) {
      List<String> endpoints = Arrays.stream(url.split(",")).map(String::strip).toList();
      return new RedisSettings(
          endpoints,
          Mode.STANDALONE,
          null,
          namespace,
          0,
          DEFAULT_COMMAND_TIMEOUT,
          null,
          RedisMetrics.NONE);
    }
    boolean sentinel = matcher.group(2).equals("sentinel");
    String user = matcher.group(3) == null ? "" : matcher.group(3);
    String database = matcher.group(6) == null ? "" : matcher.group(6);
    List<String> endpoints =
        Arrays.stream(matcher.group(4).split(","))
            .map(host -> matcher.group(1) + "://" + user + host + database)
            .toList();
    String path = matcher.group(5) == null ? "" : matcher.group(5).substring(1);
    return new RedisSettings(
        endpoints,
        sentinel ? Mode.SENTINEL : Mode.CLUSTER,
        sentinel && !path.isEmpty() ? path : null,
        namespace,
        0,
        DEFAULT_COMMAND_TIMEOUT,
        null,
        RedisMetrics.NONE);
  }

  /** Refuses without repeating it: there may be a password in it. */
  private static void requireAddress(String endpoint) {
    try {
      new URI(endpoint);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("a Redis address must be like redis://host:6379");
    }
  }

  /** The same with another number of replicas that must acknowledge a durable write. */
  public RedisSettings withMinReplicasAck(int replicas) {
    return with(endpoints, mode, replicas);
  }

  private RedisSettings with(List<String> servers, Mode as, int replicas) {
    return new RedisSettings(
        servers,
        as,
        as == Mode.SENTINEL ? masterName : null,
        namespace,
        replicas,
        commandTimeout,
        trustedCertificates,
        metrics);
  }

  /** The same with another command timeout. */
  public RedisSettings withCommandTimeout(Duration timeout) {
    return new RedisSettings(
        endpoints,
        mode,
        masterName,
        namespace,
        minReplicasAck,
        timeout,
        trustedCertificates,
        metrics);
  }

  /** The same in another namespace. */
  public RedisSettings withNamespace(String other) {
    return new RedisSettings(
        endpoints,
        mode,
        masterName,
        other,
        minReplicasAck,
        commandTimeout,
        trustedCertificates,
        metrics);
  }

  /**
   * The same with servers whose certificates were signed by one of these, or null: by the JVM's.
   */
  public RedisSettings trusting(@Nullable Path certificates) {
    return new RedisSettings(
        endpoints,
        mode,
        masterName,
        namespace,
        minReplicasAck,
        commandTimeout,
        certificates,
        metrics);
  }

  /** The same, telling the given metrics what its links do. */
  public RedisSettings observedBy(RedisMetrics observer) {
    return new RedisSettings(
        endpoints,
        mode,
        masterName,
        namespace,
        minReplicasAck,
        commandTimeout,
        trustedCertificates,
        observer);
  }

  /** Start of every key of this namespace. */
  public String prefix() {
    return "kk:" + namespace + ":";
  }

  /**
   * A key whose hash tag is {@code aggregate}, so that all keys of one aggregate live together.
   *
   * @param aggregate what changes together, such as {@code device:<id>}
   * @param rest the part of it
   */
  public String key(String aggregate, String rest) {
    return "kk:" + namespace + ":{" + aggregate + "}:" + rest;
  }

  /** Without user or password. */
  @Override
  public String toString() {
    List<String> shown =
        endpoints.stream().map(e -> USER_INFO.matcher(e).replaceFirst("$1")).toList();
    return mode
        + " "
        + shown
        + (masterName == null ? "" : " master " + masterName)
        + " namespace "
        + namespace;
  }

  /**
   * Why a password must not be told to who listens on the socket now, if it is one.
   *
   * @return null when there is no reason
   */
  @Nullable String distrust() {
    String endpoint = endpoints.getFirst();
    if (!endpoint.startsWith("unix:")) {
      return null;
    }
    try {
      PrivateFolder.checkAround(Path.of(URI.create(endpoint).getPath()));
      return null;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  /** Any single node: pub/sub of a cluster reaches all of them from there. */
  RedisSettings singleNode() {
    return mode == Mode.CLUSTER ? with(endpoints, Mode.STANDALONE, minReplicasAck) : this;
  }

  /** Each sentinel of mode SENTINEL as a server of its own, which has no databases. */
  List<RedisSettings> sentinels() {
    return endpoints.stream()
        .map(
            endpoint ->
                new RedisSettings(
                    List.of(DATABASE.matcher(endpoint).replaceFirst("$1")),
                    Mode.STANDALONE,
                    null,
                    namespace,
                    0,
                    commandTimeout,
                    trustedCertificates,
                    RedisMetrics.NONE))
        .toList();
  }

  /** The same with one other server of its cluster alone, named {@code host:port}. */
  RedisSettings at(String hostAndPort) {
    Matcher own = AUTHORITY.matcher(endpoints.getFirst());
    return own.matches()
        ? with(List.of(own.group(1) + hostAndPort + own.group(2)), mode, minReplicasAck)
        : this;
  }

  /** Client options for connection attempt number {@code attempt}, from 0. */
  RedisOptions options(int attempt) {
    return ClientOptions.of(this, attempt);
  }
}
