package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;

/**
 * The chats that approvals were put to, by which people in channels may decide them. Protocol 02
 * §5.
 */
final class ApprovalChats {
  private ApprovalChats() {}

  /**
   * Whether an approval was put to the chat that a message came from: people in channels decide
   * nothing else.
   */
  static Future<Boolean> wasPutTo(
      OutboxStore waiting,
      JsonNode document,
      ChannelAccount account,
      InboundMessage from,
      String id) {
    return document.at("/approvals/exec/enabled").asBoolean()
        ? waiting
            .approvalTargets(id)
            .map(targets -> targets.stream().anyMatch(target -> isChat(target, account, from)))
        : Future.succeededFuture(false);
  }

  /** A target may be a chat, a person, or a name that only the channel knows the chat of. */
  private static boolean isChat(String target, ChannelAccount account, InboundMessage from) {
    String start = account.channel() + ":";
    String end = ":" + account.accountId() + ":";
    int last = target.lastIndexOf(end);
    if (!target.startsWith(start) || last < start.length()) {
      return false;
    }
    String to = target.substring(start.length(), last);
    return from.isIn(to) || to.equals(from.senderId()) || to.startsWith("#") || to.startsWith("@");
  }
}
