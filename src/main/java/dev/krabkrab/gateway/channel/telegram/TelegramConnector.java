package dev.krabkrab.gateway.channel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccount;
import dev.krabkrab.gateway.channel.ChannelConnector;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.DeliveryException;
import dev.krabkrab.gateway.channel.HookAnswer;
import dev.krabkrab.gateway.channel.HookRequest;
import dev.krabkrab.gateway.channel.MessageParts;
import dev.krabkrab.gateway.channel.OutboundMessage;
import dev.krabkrab.gateway.channel.OutboundPoll;
import dev.krabkrab.gateway.channel.SentMessage;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Speaks for one bot. */
final class TelegramConnector implements ChannelConnector {
  private static final Pattern TARGET = Pattern.compile("-?\\d{1,20}|@[A-Za-z0-9_]{4,64}");
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{16,256}");

  private final ChannelHttp net;
  private final TelegramApi api;
  private final TelegramUpdates updates;
  private final @Nullable String webhookUrl;
  private final String webhookSecret;

  TelegramConnector(ChannelAccount account, ChannelHttp net) {
    this.net = net;
    this.api = new TelegramApi(account, net);
    this.updates = new TelegramUpdates(api);
    this.webhookUrl = account.text("webhookUrl");
    this.webhookSecret = account.text(TelegramProvider.WEBHOOK_SECRET, "");
    if (webhookUrl != null && !SECRET.matcher(webhookSecret).matches()) {
      throw new IllegalArgumentException(
          account.where()
              + ".webhookSecret is needed with webhookUrl: 16 to 256 of A-Z, a-z, 0-9, _ and -");
    }
  }

  @Override
  public String target(String to) {
    String target = to.strip().replaceFirst("^(?:telegram|tg):", "");
    if (!TARGET.matcher(target).matches()) {
      throw new IllegalArgumentException(
          "Delivering to Telegram requires to: a chat id such as 123456789, or @channelname");
    }
    return target;
  }

  @Override
  public Future<SentMessage> send(OutboundMessage message, MessageParts parts) {
    return new TelegramMessages(api, message).send(parts);
  }

  @Override
  public boolean polls() {
    return true;
  }

  @Override
  public Future<SentMessage> poll(OutboundPoll poll) {
    if (poll.durationHours() > 0) {
      return Future.failedFuture(
          DeliveryException.refused("durationHours: Telegram closes polls by hand only"));
    }
    ObjectNode params =
        Json.object()
            .put("chat_id", poll.to())
            .put("question", poll.question())
            .put("is_anonymous", false)
            .put("allows_multiple_answers", poll.maxSelections() > 1);
    ArrayNode options = params.putArray("options");
    poll.options().forEach(option -> options.addObject().put("text", option));
    return api.call("sendPoll", params)
        .map(
            result ->
                new SentMessage(
                    result.path("message_id").asText(),
                    Map.of(
                        "chatId", result.at("/chat/id").asText(),
                        "pollId", result.at("/poll/id").asText())));
  }

  @Override
  public Future<ObjectNode> probe() {
    return api.call("getMe", Json.object())
        .map(
            me -> {
              ObjectNode json = Json.object();
              json.putObject("bot")
                  .put("id", me.path("id").asLong())
                  .put("username", me.path("username").asText());
              return json;
            });
  }

  @Override
  public boolean listens() {
    return webhookUrl == null;
  }

  @Override
  public boolean leased() {
    return true;
  }

  @Override
  public Listening listen(Inbox inbox, ListenerStatus status) {
    return webhookUrl == null
        ? new TelegramListener(net, api, updates, inbox, status, TelegramListener.FAILING_MS)
            .begin()
        : new TelegramWebhook(net, api, webhookUrl, webhookSecret, status).begin();
  }

  @Override
  public Optional<HookAnswer> turnedAway(UnaryOperator<String> headers) {
    if (webhookUrl == null) {
      return Optional.of(HookAnswer.NOT_FOUND);
    }
    byte[] given =
        headers.apply("x-telegram-bot-api-secret-token").getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(given, webhookSecret.getBytes(StandardCharsets.UTF_8))
        ? Optional.empty()
        : Optional.of(HookAnswer.UNAUTHORIZED);
  }

  @Override
  public Future<HookAnswer> hook(HookRequest request, Inbox inbox) {
    Optional<HookAnswer> refusal = turnedAway(request.headers());
    if (refusal.isPresent()) {
      return Future.succeededFuture(refusal.get());
    }
    JsonNode update = Json.tryParse(request.body());
    return update == null || !update.isObject()
        ? Future.succeededFuture(HookAnswer.bad("the body is not JSON"))
        : updates.give(update, inbox).map(HookAnswer.OK);
  }

  @Override
  public Future<Void> logOut() {
    return webhookUrl == null
        ? Future.succeededFuture()
        : api.call("deleteWebhook", Json.object()).mapEmpty();
  }

  @Override
  public void close() {
    // Connections belong to all accounts.
  }
}
