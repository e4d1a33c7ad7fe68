package dev.krabkrab.gateway.agent.voice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.rpc.EventSink;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Wake words, which all clients share, and talk mode, which is only announced. Protocol 03 §15,
 * §20.
 */
public final class VoiceService {
  private static final List<String> DEFAULTS = List.of("openclaw", "claude", "computer");
  private static final int MAX_WORDS = 32;
  private static final int MAX_LENGTH = 64;

  private final VoiceWakeStore store;
  private final Broadcaster broadcaster;
  private final BooleanSupplier mobileConnected;
  private final InstantSource clock;

  /**
   * @param mobileConnected whether a phone or tablet is connected as a node anywhere
   */
  public VoiceService(
      RedisLink link,
      Broadcaster broadcaster,
      BooleanSupplier mobileConnected,
      InstantSource clock) {
    this.store = new VoiceWakeStore(link);
    this.broadcaster = broadcaster;
    this.mobileConnected = mobileConnected;
    this.clock = clock;
  }

  /** The payload of {@code voicewake.get} and of its event. */
  Future<JsonText> triggers() {
    return store.read().map(words -> encoded(words.isEmpty() ? DEFAULTS : words));
  }

  /** Replaces the words and tells everybody before the answer. */
  Future<JsonText> replace(JsonNode triggers) {
    List<String> words = normalized(triggers);
    return store
        .write(words)
        .map(
            written -> {
              JsonText payload = encoded(words);
              broadcaster.broadcast(EventType.VOICEWAKE_CHANGED, payload);
              return payload;
            });
  }

  /**
   * Tells a node the words. They are read again once they are sent: a change in between may have
   * been announced ahead of them, and must not be undone by them.
   */
  Future<Void> greet(EventSink node) {
    return triggers().compose(words -> send(node, words)).mapEmpty();
  }

  private Future<JsonText> send(EventSink node, JsonText words) {
    node.direct(EventType.VOICEWAKE_CHANGED, words);
    return triggers()
        .compose(
            now ->
                now.toString().equals(words.toString())
                    ? Future.succeededFuture(now)
                    : send(node, now));
  }

  /** Announces talk mode to everybody. */
  JsonText talkMode(Caller caller, boolean enabled, @Nullable String phase) {
    boolean webchat =
        caller.clientMode().equals("webchat") || caller.clientId().equals("webchat-ui");
    if (webchat && !mobileConnected.getAsBoolean()) {
      throw GatewayError.unavailable("talk disabled: no connected iOS/Android nodes");
    }
    ObjectNode json =
        Json.object().put("enabled", enabled).put("phase", phase).put("ts", clock.millis());
    JsonText payload = JsonText.of(json);
    broadcaster.broadcast(EventType.TALK_MODE, payload);
    return payload;
  }

  static List<String> normalized(JsonNode triggers) {
    List<String> words = new ArrayList<>();
    for (JsonNode trigger : triggers) {
      String word = trigger.isTextual() ? trigger.textValue().strip() : "";
      if (!word.isEmpty() && words.size() < MAX_WORDS) {
        words.add(word.length() > MAX_LENGTH ? word.substring(0, MAX_LENGTH) : word);
      }
    }
    return words.isEmpty() ? DEFAULTS : List.copyOf(words);
  }

  private static JsonText encoded(List<String> words) {
    return JsonText.of(Json.object().set("triggers", Json.texts(words)));
  }
}
