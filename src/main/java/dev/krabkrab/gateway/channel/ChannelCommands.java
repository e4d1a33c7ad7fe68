package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands that people in channels may give. Safe from any thread; answers on the caller's
 * context.
 */
public interface ChannelCommands {
  /**
   * Asks an agent, once for each id.
   *
   * @param person its sender when he is listed by name or was let in; null for others, who may talk
   *     and have nothing done
   * @param way where the answer goes
   * @return complete when it cannot be lost any more; fails with {@link
   *     dev.krabkrab.gateway.platform.protocol.GatewayError} when it is not available
   */
  Future<Void> ask(
      String id,
      String sessionKey,
      String message,
      List<InboundMessage.Image> images,
      @Nullable ChannelPerson person,
      DeliveryContext way);

  /**
   * Decides an approval.
   *
   * @param by who decides, as people read it
   * @param user the same as {@code channel:id}
   * @param reason why, or null when nobody said
   */
  Future<Void> decide(
      String by, String user, String approvalId, String decision, @Nullable String reason);

  /** The main conversation of an agent, or of the usual one. */
  String mainSession(@Nullable String agentId);

  /** Whether words are a command to the gateway, which a quotation is not put before. */
  boolean isCommand(String text);

  /** Whether there is a conversation of that key. */
  Future<Boolean> isKnown(String key);

  /** The one form of a session key. */
  String canonical(String key);
}
