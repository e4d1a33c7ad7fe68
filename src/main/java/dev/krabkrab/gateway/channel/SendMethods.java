package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.agent.sessions.HistoryService;
import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.Idempotency;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code send} and {@code poll}: each once for its idempotency key, in the whole cluster. Protocol
 * 03 §25, §26; 04 §15.
 */
public final class SendMethods {
  private static final Logger LOG = LoggerFactory.getLogger(SendMethods.class);

  /** The protocol's channel for calls that name none. */
  private static final String USUAL = "whatsapp";

  private final ChannelService channels;
  private final HistoryService histories;
  private final Idempotency idempotency;

  public SendMethods(ChannelService channels, HistoryService histories, Idempotency idempotency) {
    this.channels = channels;
    this.histories = histories;
    this.idempotency = idempotency;
  }

  /** {@code send}. */
  public MethodHandler send() {
    return once(this::send);
  }

  /** {@code poll}, which is not listed. */
  public MethodHandler poll() {
    return once(this::poll);
  }

  /** What went wrong on the way out stays wrong for its key: it may be out all the same. */
  private MethodHandler once(MethodHandler handler) {
    return idempotency.once(handler, error -> error.code().equals(ErrorShape.UNAVAILABLE));
  }

  private Future<JsonText> send(Call call) {
    ObjectNode params = call.params();
    Held held = account(params, "unsupported channel: ");
    String text = params.path("message").asText();
    OutboundMessage message =
        new OutboundMessage(
            params.path("idempotencyKey").asText(),
            target(held, params),
            null,
            text,
            media(params),
            List.of(),
            false);
    return channels
        .speech()
        .speak(way(held, message.to()), message, MessageParts.ONE_TRY)
        .recover(SendMethods::failed)
        .map(
            sent -> {
              mirror(Json.nonBlank(params, "sessionKey"), text);
              return answer(params, held, sent);
            });
  }

  private void mirror(@Nullable String sessionKey, String text) {
    if (sessionKey != null) {
      histories
          .inject(sessionKey, text)
          .onFailure(e -> LOG.debug("not in the transcript: {}", e.getMessage()));
    }
  }

  private Future<JsonText> poll(Call call) {
    ObjectNode params = call.params();
    Held held = account(params, "unsupported poll channel: ");
    if (!held.speaker().polls()) {
      throw GatewayError.invalid("unsupported poll channel: " + held.account().channel());
    }
    List<String> options = new ArrayList<>();
    params.path("options").forEach(option -> options.add(option.asText().strip()));
    int most = params.path("maxSelections").asInt(1);
    if (most > options.size()) {
      throw GatewayError.unavailable("Error: maxSelections cannot exceed option count");
    }
    OutboundPoll poll =
        new OutboundPoll(
            target(held, params),
            params.path("question").asText(),
            options,
            most,
            params.path("durationHours").asInt(0));
    return channels
        .speech()
        .ask(held, poll)
        .recover(SendMethods::failed)
        .map(sent -> answer(params, held, sent));
  }

  private Held account(ObjectNode params, String refusal) {
    ChannelAccounts accounts = channels.accounts();
    String given = Json.nonBlank(params, "channel");
    List<ChannelProvider> all = accounts.channels();
    String channel =
        given != null
            ? given.strip().toLowerCase(Locale.ROOT)
            : all.size() == 1 ? all.getFirst().id() : USUAL;
    if (accounts.channel(channel).isEmpty()) {
      throw GatewayError.invalid(refusal + (given == null ? channel : given));
    }
    String accountId = Json.nonBlank(params, "accountId");
    return accounts
        .find(channel, accountId)
        .filter(
            held -> {
              if (held.connector() == null) {
                throw GatewayError.unavailable("Error: " + problem(held));
              }
              return true;
            })
        .orElseThrow(
            () ->
                GatewayError.invalid(
                    "Error: channels." + channel + " has no account " + accountId));
  }

  private static String problem(Held held) {
    return held.problem() == null ? held.account().where() + " is switched off" : held.problem();
  }

  private static String target(Held held, ObjectNode params) {
    try {
      return held.speaker().target(params.path("to").asText());
    } catch (IllegalArgumentException e) {
      throw GatewayError.invalid("Error: " + e.getMessage());
    }
  }

  private static DeliveryContext way(Held held, String to) {
    return new DeliveryContext(held.account().channel(), to, held.account().accountId(), null);
  }

  private static List<String> media(ObjectNode params) {
    List<String> media = new ArrayList<>();
    String one = Json.nonBlank(params, "mediaUrl");
    if (one != null) {
      media.add(one.strip());
    }
    for (JsonNode more : params.path("mediaUrls")) {
      if (!media.contains(more.asText().strip())) {
        media.add(more.asText().strip());
      }
    }
    for (String url : media) {
      if (!url.startsWith("http://") && !url.startsWith("https://")) {
        throw GatewayError.invalid("Error: mediaUrl must begin with http:// or https://");
      }
    }
    return media;
  }

  private static Future<SentMessage> failed(Throwable why) {
    return Future.failedFuture(
        why instanceof GatewayError ? why : GatewayError.unavailable("Error: " + why.getMessage()));
  }

  private static JsonText answer(ObjectNode params, Held held, SentMessage sent) {
    ObjectNode payload =
        Json.object()
            .put("runId", params.path("idempotencyKey").asText())
            .put("messageId", sent.messageId())
            .put("channel", held.account().channel());
    sent.extras().forEach(payload::put);
    return JsonText.of(payload);
  }
}
