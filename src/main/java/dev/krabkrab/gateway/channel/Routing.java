package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.channel.InboundMessage.ChatKind;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/** Finds the conversation that a message belongs to. Protocol 04 §3.1. */
final class Routing {
  private Routing() {}

  /**
   * The session of a message, as {@code bindings} and {@code session.dmScope} of the gateway
   * document say. Whom nobody let in has a conversation of their own.
   *
   * @param known whether its sender is listed by name or was let in
   */
  static String session(
      JsonNode document,
      ChannelProvider provider,
      ChannelAccount account,
      InboundMessage message,
      boolean known,
      ChannelCommands asks) {
    String agent = agent(document, account, message);
    String main = asks.mainSession(agent);
    if (message.kind() == ChatKind.DIRECT) {
      String peer = "dm:" + message.senderId();
      String scope = document.at("/session/dmScope").asText("main");
      if (!known && !scope.equals("per-channel-peer")) {
        scope = "per-account-channel-peer";
      }
      return switch (scope) {
        case "per-peer" -> below(main, peer);
        case "per-channel-peer" -> below(main, account.channel() + ":" + peer);
        case "per-account-channel-peer" ->
            below(main, account.channel() + ":" + account.accountId() + ":" + peer);
        default -> main;
      };
    }
    String chat = account.channel() + ":" + message.kind().word() + ":" + message.chat();
    String thread = message.thread();
    return below(main, thread == null ? chat : chat + ":" + provider.threadWord() + ":" + thread);
  }

  private static String below(String main, String rest) {
    int end = main.lastIndexOf(':');
    return end < 0 ? rest : main.substring(0, end + 1) + rest;
  }

  /** The agent whose binding fits best: a chat before an account before a channel. */
  static @Nullable String agent(JsonNode document, ChannelAccount account, InboundMessage message) {
    String best = null;
    int most = 0;
    for (JsonNode binding : document.path("bindings")) {
      int fits = fits(binding.path("match"), account, message);
      if (fits > most) {
        most = fits;
        best = Json.nonBlank(binding, "agentId");
      }
    }
    return best;
  }

  /** 0 when it does not fit. */
  private static int fits(JsonNode match, ChannelAccount account, InboundMessage message) {
    if (!match.path("channel").asText().equals(account.channel())) {
      return 0;
    }
    String accountId = match.path("accountId").asText("*");
    boolean any = accountId.equals("*");
    if (!any && !accountId.equals(account.accountId())) {
      return 0;
    }
    JsonNode peer = match.path("peer");
    if (!peer.isObject()) {
      return any ? 1 : 2;
    }
    String kind = peer.path("kind").asText();
    boolean direct = message.kind() == ChatKind.DIRECT;
    boolean same =
        direct
            ? (kind.equals("dm") || kind.equals("direct"))
                && peer.path("id").asText().equals(message.senderId())
            : kind.equals(message.kind().word()) && message.isIn(peer.path("id").asText());
    return same ? 3 : 0;
  }
}
