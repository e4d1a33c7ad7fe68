package dev.krabkrab.gateway.agent.voice;

import dev.krabkrab.gateway.agent.media.MediaService;
import dev.krabkrab.gateway.control.nodes.NodeService;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Serves wake words, talk mode and speech: {@code voicewake.*}, {@code talk.mode}, {@code tts.*}.
 * Protocol 03 §15 to §20.
 */
public final class VoiceVerticle extends FeatureVerticle {
  private final NodeService nodes;
  private final MediaService media;
  private @Nullable VoiceConnections connections;

  /**
   * @param nodes whether a phone is connected
   * @param media keeps what is spoken
   */
  public VoiceVerticle(Platform platform, NodeService nodes, MediaService media) {
    super(platform);
    this.nodes = nodes;
    this.media = media;
  }

  @Override
  protected void open(RedisLink link) {
    VoiceService voice =
        new VoiceService(link, platform.broadcaster(), nodes::mobileConnected, platform.clock());
    platform.bus().serve(new VoiceMethods(voice).handlers());
    SpeechService speech =
        new SpeechService(
            vertx, link, media, platform.section(SpeechSettings::of), platform.egress());
    platform.bus().serve(new SpeechMethods(speech).handlers());
    connections = new VoiceConnections(vertx.getOrCreateContext(), voice);
  }

  /** Greets nodes with the wake words. */
  public VoiceConnections connections() {
    return Objects.requireNonNull(connections, "not deployed");
  }
}
