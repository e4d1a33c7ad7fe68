package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Optional;

/**
 * Somebody in a channel whom {@code allowFrom} names or whom an operator let in. What is done for
 * such a person rests on that, as what is done for a device rests on its pairing.
 */
public record ChannelPerson(String channel, String accountId, String senderId) {
  /** No name of a token or an issuer has this in it. */
  private static final String START = "channel/";

  static ChannelPerson of(ChannelAccount account, String senderId) {
    return new ChannelPerson(account.channel(), account.accountId(), senderId);
  }

  /** Whether the id of a credential is that of a person. */
  public static boolean isOne(String credentialId) {
    return credentialId.startsWith(START);
  }

  /** The person of a credential's id; empty for the id of something else. */
  static Optional<ChannelPerson> named(String credentialId) {
    if (!isOne(credentialId)) {
      return Optional.empty();
    }
    JsonNode parts = Json.tryParse(credentialId.substring(START.length()));
    return parts == null || parts.size() != 3
        ? Optional.empty()
        : Optional.of(
            new ChannelPerson(parts.get(0).asText(), parts.get(1).asText(), parts.get(2).asText()));
  }

  /** The id of a credential that lasts as long as the person may have things done. */
  public String credentialId() {
    return START + Json.text(Json.array().add(channel).add(accountId).add(senderId));
  }

  /** As those who decide and those who ask are compared. */
  public String user() {
    return channel + ":" + senderId;
  }
}
