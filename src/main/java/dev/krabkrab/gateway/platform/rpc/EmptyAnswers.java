package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What user interfaces of protocol 4 ask for on every page, and this gateway has none of: questions
 * of agents, background tasks, plugins and the like. They want to hear that there is nothing, where
 * an unknown method is an error on the page. Not listed, so that no page offers to make one.
 * Protocol 05 §16.1, §18.
 */
public final class EmptyAnswers {
  private static final Map<String, String> ANSWERS =
      Map.ofEntries(
          Map.entry("question.list", "{\"questions\":[]}"),
          Map.entry("taskSuggestions.list", "{\"suggestions\":[]}"),
          Map.entry("tasks.list", "{\"tasks\":[]}"),
          Map.entry("sessions.observer.visibility", "{\"ok\":true}"),
          Map.entry("sessions.branches.list", "{\"branches\":[]}"),
          Map.entry("sessions.companion.state", "{\"exchanges\":[]}"),
          Map.entry("progressCard.get", "{\"card\":null}"),
          Map.entry("plugins.list", "{\"plugins\":[]}"),
          Map.entry("themes.list", "{\"themes\":[]}"),
          Map.entry("skills.search", "{\"results\":[]}"),
          Map.entry("skills.library.list", "{\"entries\":[]}"),
          Map.entry("update.status", "{\"sentinel\":null,\"updateAvailable\":null}"),
          Map.entry(
              "talk.catalog",
              "{\"modes\":[],\"transports\":[],\"brains\":[],\"speech\":{\"providers\":[]},"
                  + "\"transcription\":{\"ready\":false,\"providers\":[]},"
                  + "\"realtime\":{\"ready\":false,\"providers\":[]}}"));

  private EmptyAnswers() {}

  /** Their names. */
  public static Set<String> names() {
    return ANSWERS.keySet();
  }

  /** The handlers by method name. */
  public static Map<String, MethodHandler> handlers() {
    Map<String, MethodHandler> handlers = new HashMap<>();
    ANSWERS.forEach(
        (name, answer) -> {
          JsonText payload = JsonText.of(answer);
          handlers.put(name, call -> Future.succeededFuture(payload));
        });
    return handlers;
  }
}
