package dev.krabkrab.gateway.channel;

/**
 * The answer to a channel's request.
 *
 * @param body JSON
 */
public record HookAnswer(int status, String body) {
  public static final HookAnswer NOT_FOUND =
      new HookAnswer(404, "{\"ok\":false,\"error\":\"not found\"}");
  public static final HookAnswer UNAUTHORIZED =
      new HookAnswer(401, "{\"ok\":false,\"error\":\"unauthorized\"}");
  public static final HookAnswer OK = new HookAnswer(200, "{\"ok\":true}");

  /** The channel is to ask again. */
  public static final HookAnswer LATER =
      new HookAnswer(503, "{\"ok\":false,\"error\":\"gateway state is unavailable; retry\"}");

  /** A request that makes no sense. */
  public static HookAnswer bad(String why) {
    return new HookAnswer(
        400, "{\"ok\":false,\"error\":\"" + why.replaceAll("[\"\\\\]", "'") + "\"}");
  }
}
