package dev.krabkrab.gateway.edge.http;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.HEAD;
import static io.vertx.core.http.HttpMethod.POST;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of all HTTP endpoints beside the WebSocket, of both ports. The OpenAPI documents
 * describe the same rows. Protocol 01a §1.1, 04 §19–23.
 */
public enum Endpoint {
  /** Below {@code hooks.path} of the gateway document, which is {@code /hooks} by default. */
  HOOK_WAKE(Port.CLIENTS, "/hooks/wake", Others.REFUSED, POST),
  HOOK_AGENT(Port.CLIENTS, "/hooks/agent", Others.REFUSED, POST),
  HOOK_MAPPING(Port.CLIENTS, "/hooks/{name}", Others.REFUSED, POST),
  TOOLS_INVOKE(Port.CLIENTS, "/tools/invoke", Others.REFUSED, POST),
  RESPONSES(Port.CLIENTS, "/v1/responses", Others.REFUSED, POST),
  CHAT_COMPLETIONS(Port.CLIENTS, "/v1/chat/completions", Others.REFUSED, POST),
  MODELS(Port.CLIENTS, "/v1/models", Others.REFUSED, GET),
  /** Names of models have slashes and colons, written as they are or encoded. */
  MODEL(Port.CLIENTS, "/v1/models/{model}", "/v1/models/(?<model>.+)", Others.REFUSED, GET),
  CHANNEL(
      Port.CLIENTS,
      "/channels/{channel}/{accountId}",
      "/channels/(?<channel>[a-z][a-z0-9-]{0,31})/(?<account>[A-Za-z0-9_.-]{1,64})",
      Others.REFUSED,
      POST),
  MEDIA(Port.CLIENTS, "/media/{name}", "/media/[a-z0-9-]+\\.[a-z0-9]+", Others.NOT_THERE, GET),
  PROTOCOL_SCHEMA(Port.CLIENTS, "/protocol.schema.json", Others.REFUSED, GET),
  DESCRIPTION(Port.CLIENTS, "/openapi.json", Others.REFUSED, GET),
  ALIVE(Port.CLIENTS, "/healthz", Others.NOT_THERE, GET, HEAD),
  ACCEPTING(Port.CLIENTS, "/readyz", Others.NOT_THERE, GET, HEAD),

  LIVE(Port.MANAGEMENT, "/health", Others.REFUSED, GET, HEAD),
  LIVE_Z(Port.MANAGEMENT, "/healthz", Others.REFUSED, GET, HEAD),
  STARTED(Port.MANAGEMENT, "/startup", Others.REFUSED, GET, HEAD),
  STARTED_Z(Port.MANAGEMENT, "/startupz", Others.REFUSED, GET, HEAD),
  READY(Port.MANAGEMENT, "/ready", Others.REFUSED, GET, HEAD),
  READY_Z(Port.MANAGEMENT, "/readyz", Others.REFUSED, GET, HEAD),
  METRICS(Port.MANAGEMENT, "/metrics", Others.REFUSED, GET, HEAD),
  MANAGEMENT_DESCRIPTION(Port.MANAGEMENT, "/openapi.json", Others.REFUSED, GET, HEAD);

  /** The listener that answers. */
  public enum Port {
    CLIENTS,
    MANAGEMENT
  }

  /** The answer to a request with another method. */
  enum Others {
    /** 405, with the methods that are allowed. */
    REFUSED,
    /** 404. */
    NOT_THERE
  }

  private final Port port;
  private final String template;
  private final @Nullable String regex;
  private final Others others;
  private final String allowed;

  Endpoint(Port port, String template, Others others, HttpMethod... methods) {
    this(port, template, null, others, methods);
  }

  /**
   * @param template the path, as OpenAPI writes it
   * @param regex of the whole path, where it has parameters
   */
  Endpoint(
      Port port, String template, @Nullable String regex, Others others, HttpMethod... methods) {
    this.port = port;
    this.template = template;
    this.regex = regex;
    this.others = others;
    this.allowed = Arrays.stream(methods).map(HttpMethod::name).collect(Collectors.joining(", "));
  }

  /** The rows of one port, in the order in which they are looked at. */
  public static List<Endpoint> of(Port port) {
    return Arrays.stream(values()).filter(row -> row.port == port).toList();
  }

  public String template() {
    return template;
  }

  public List<HttpMethod> methods() {
    return Arrays.stream(allowed.split(", ")).map(HttpMethod::valueOf).toList();
  }

  /** Whether its path depends on the gateway document. */
  boolean isHook() {
    return template.startsWith("/hooks/");
  }

  boolean refusesOthers() {
    return others == Others.REFUSED;
  }

  String allowed() {
    return allowed;
  }

  /** A new route for its path and every method. */
  Route route(Router router) {
    return regex == null ? router.route(template) : router.routeWithRegex(regex);
  }
}
