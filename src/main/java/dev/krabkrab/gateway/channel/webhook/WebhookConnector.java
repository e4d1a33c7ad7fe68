package dev.krabkrab.gateway.channel.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccount;
import dev.krabkrab.gateway.channel.ChannelConnector;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.DeliveryException;
import dev.krabkrab.gateway.channel.HookAnswer;
import dev.krabkrab.gateway.channel.HookRequest;
import dev.krabkrab.gateway.channel.InboundMessage;
import dev.krabkrab.gateway.channel.InboundMessage.ChatKind;
import dev.krabkrab.gateway.channel.MessageParts;
import dev.krabkrab.gateway.channel.OutboundMessage;
import dev.krabkrab.gateway.channel.Said;
import dev.krabkrab.gateway.channel.SentMessage;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Posts what is to be said, and believes what is signed. */
final class WebhookConnector implements ChannelConnector {
  private static final long TIMEOUT_MS = 15_000;
  private static final int SHORTEST_SECRET = 16;
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._@+:/#-]{1,128}");

  private final ChannelHttp net;
  private final String url;
  private final Signature signature;

  WebhookConnector(ChannelAccount account, ChannelHttp net) {
    this.net = net;
    this.url = account.address("url", account.required("url"));
    String secret = account.required(WebhookProvider.SECRET);
    if (secret.length() < SHORTEST_SECRET) {
      throw new IllegalArgumentException(
          account.where() + ".secret must have at least " + SHORTEST_SECRET + " characters");
    }
    this.signature = new Signature(secret, account.accountId(), account.sharesSecret());
  }

  @Override
  public String target(String to) {
    String target = to.strip().replaceFirst("^webhook:", "");
    if (!NAME.matcher(target).matches()) {
      throw new IllegalArgumentException(
          "Delivering to a webhook requires to: the chat's name, up to 128 letters, digits and"
              + " ._@+:/#-");
    }
    return target;
  }

  @Override
  public Future<SentMessage> send(OutboundMessage message, MessageParts parts) {
    String id = message.id();
    ObjectNode body =
        Json.object()
            .put("type", "message")
            .put("id", id)
            .put("chat", message.to())
            .put("text", message.text())
            .put("plain", message.plain());
    Json.putIfPresent(body, "thread", message.thread());
    body.set("media", Json.texts(message.media()));
    ArrayNode buttons = body.putArray("buttons");
    message
        .buttons()
        .forEach(one -> buttons.addObject().put("label", one.label()).put("answer", one.answer()));
    return post(body)
        .map(
            answer -> {
              String given = Json.nonBlank(answer, "messageId");
              return new SentMessage(
                  given == null ? id : given, Map.of("conversationId", message.to()));
            });
  }

  private Future<ObjectNode> post(ObjectNode body) {
    byte[] bytes = Json.bytes(body);
    String signed = signature.of(bytes, net.clock().millis() / 1_000);
    return net.post(url, Map.of(Signature.HEADER, signed), Buffer.buffer(bytes), TIMEOUT_MS)
        .transform(
            answered -> {
              if (answered.failed()) {
                return Future.failedFuture(
                    DeliveryException.passing(
                        "the webhook cannot be reached: " + answered.cause().getMessage(), 0));
              }
              int status = answered.result().status();
              if (status / 100 == 2) {
                return Future.succeededFuture(answered.result().json());
              }
              String why = "the webhook answered HTTP " + status;
              boolean passing = status == 429 || status == 408 || status >= 500;
              return Future.failedFuture(
                  passing ? DeliveryException.passing(why, 0) : DeliveryException.refused(why));
            });
  }

  @Override
  public Future<ObjectNode> probe() {
    return post(Json.object().put("type", "ping")).map(answer -> Json.object());
  }

  @Override
  public boolean listens() {
    return false;
  }

  @Override
  public Optional<HookAnswer> turnedAway(UnaryOperator<String> headers) {
    long now = net.clock().millis() / 1_000;
    return Signature.hasForm(headers.apply(Signature.HEADER), now)
        ? Optional.empty()
        : Optional.of(HookAnswer.UNAUTHORIZED);
  }

  @Override
  public Future<HookAnswer> hook(HookRequest request, Inbox inbox) {
    long now = net.clock().millis() / 1_000;
    if (!signature.holds(request.headers().apply(Signature.HEADER), request.body(), now)) {
      return Future.succeededFuture(HookAnswer.UNAUTHORIZED);
    }
    if (!(Json.tryParse(request.body()) instanceof ObjectNode body)) {
      return Future.succeededFuture(HookAnswer.bad("the body must be a JSON object"));
    }
    for (String field : List.of("id", "from")) {
      String value = Json.nonBlank(body, field);
      if (value == null || !NAME.matcher(value.strip()).matches()) {
        return Future.succeededFuture(
            HookAnswer.bad(field + " is required: up to 128 letters, digits and ._@+:/#-"));
      }
    }
    for (String field : List.of("chat", "thread")) {
      String value = Json.nonBlank(body, field);
      if (value != null && !NAME.matcher(value.strip()).matches()) {
        return Future.succeededFuture(
            HookAnswer.bad(field + " must be up to 128 letters, digits and ._@+:/#-"));
      }
    }
    return inbox.take(message(body)).map(HookAnswer.OK);
  }

  private static InboundMessage message(JsonNode body) {
    String from = body.path("from").asText().strip();
    String chat = Json.nonBlank(body, "chat");
    String thread = Json.nonBlank(body, "thread");
    boolean group = body.path("group").asBoolean();
    return new InboundMessage(
        body.path("id").asText().strip(),
        group ? ChatKind.GROUP : ChatKind.DIRECT,
        chat == null ? from : chat.strip(),
        thread == null ? null : thread.strip(),
        from,
        body.path("fromName").asText(from),
        Said.of(body.path("text").asText()),
        body.path("addressed").asBoolean(true),
        List.of());
  }

  @Override
  public void close() {
    // Connections belong to all accounts.
  }
}
