package dev.krabkrab.gateway.agent.chat;

import dev.krabkrab.gateway.agent.sessions.ConversationEvents;
import dev.krabkrab.gateway.agent.sessions.HistoryService;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;

/**
 * Serves what is said in sessions: {@code chat.history}, {@code chat.inject}, {@code chat.startup}.
 * Protocol 04.
 */
public final class ChatVerticle extends FeatureVerticle {
  private final ConversationEvents events;

  /**
   * @param events tells of what is put in
   */
  public ChatVerticle(Platform platform, ConversationEvents events) {
    super(platform);
    this.events = events;
  }

  @Override
  protected void open(RedisLink link) {
    HistoryService histories =
        new HistoryService(
            link, platform.section(SessionRules::of), platform.ids(), platform.clock());
    platform.bus().serve(new ChatMethods(histories, events).handlers());
  }
}
