package dev.krabkrab.gateway.channel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something a person wrote, or a button they pressed.
 *
 * @param id the same whenever the channel tells it again; unique in the account
 * @param chat where it was written, as {@link ChannelConnector#target} writes it
 * @param thread the conversation in the chat that it belongs to, or null for the chat itself
 * @param senderId who wrote it, as the channel names people for good
 * @param senderName what people call them; anybody may call themselves anything
 * @param text may be empty when there are images
 * @param addressed whether it is meant for the gateway: always in a direct chat, in a group when it
 *     was mentioned or answered
 */
public record InboundMessage(
    String id,
    ChatKind kind,
    String chat,
    @Nullable String thread,
    String senderId,
    String senderName,
    String text,
    List<Image> images,
    boolean addressed) {
  /** The kind of a chat; the words are those of session keys. Protocol 04 §3.1. */
  public enum ChatKind {
    DIRECT("dm"),
    GROUP("group"),
    CHANNEL("channel");

    private final String word;

    ChatKind(String word) {
      this.word = word;
    }

    /** As it stands in session keys. */
    public String word() {
      return word;
    }
  }

  /**
   * A picture.
   *
   * @param data Base64
   */
  public record Image(String mimeType, String data) {}

  public InboundMessage {
    images = List.copyOf(images);
  }
}
