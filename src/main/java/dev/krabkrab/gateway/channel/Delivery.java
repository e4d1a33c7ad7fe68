package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.channel.OutboundMessage.Button;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * A message with the way it goes.
 *
 * @param way where to; its account is named
 * @param plain the text is to be read as it is; see {@link OutboundMessage}
 */
record Delivery(
    DeliveryContext way, String text, List<String> media, List<Button> buttons, boolean plain) {
  Delivery {
    media = List.copyOf(media);
    buttons = List.copyOf(buttons);
  }

  static Delivery of(DeliveryContext way, String text) {
    return new Delivery(way, text, List.of(), List.of(), false);
  }

  /** Something that the gateway itself tells. */
  static Delivery notice(DeliveryContext way, String text) {
    return new Delivery(way, text, List.of(), List.of(), true);
  }

  Delivery with(List<Button> others) {
    return new Delivery(way, text, media, others, plain);
  }

  /** What tells ways apart. */
  String target() {
    return way.channel() + ":" + way.to() + ":" + way.accountId() + ":" + way.threadId();
  }

  OutboundMessage message(String id) {
    return new OutboundMessage(id, way.to(), way.threadId(), text, media, buttons, plain);
  }

  String encode() {
    ObjectNode json = way.toJson().put("text", text).put("plain", plain);
    json.set("media", Json.texts(media));
    ArrayNode all = json.putArray("buttons");
    buttons.forEach(b -> all.addObject().put("label", b.label()).put("answer", b.answer()));
    return Json.text(json);
  }

  static Delivery decode(String text) {
    ObjectNode json = Json.parseObject(text);
    List<String> media = new ArrayList<>();
    json.path("media").forEach(url -> media.add(url.asText()));
    List<Button> buttons = new ArrayList<>();
    for (JsonNode button : json.path("buttons")) {
      buttons.add(new Button(button.path("label").asText(), button.path("answer").asText()));
    }
    return new Delivery(
        DeliveryContext.of(json),
        json.path("text").asText(),
        media,
        buttons,
        json.path("plain").asBoolean());
  }
}
