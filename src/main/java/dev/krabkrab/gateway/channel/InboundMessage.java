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
 * @param addressed whether it is meant for the gateway: always in a direct chat, in a group when it
 *     was mentioned or answered
 * @param formerly ids that the chat had before
 */
public record InboundMessage(
    String id,
    ChatKind kind,
    String chat,
    @Nullable String thread,
    String senderId,
    String senderName,
    Said said,
    boolean addressed,
    List<String> formerly) {
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

  /** Its words; may be empty. */
  public String text() {
    return said.text();
  }

  /** The same in a chat that had other ids before. */
  InboundMessage formerly(List<String> ids) {
    return with(chat, ids);
  }

  /** The same as it was named when the chat was new. */
  InboundMessage atFirst() {
    return formerly.isEmpty() ? this : with(formerly.getFirst(), formerly);
  }

  private InboundMessage with(String name, List<String> ids) {
    return new InboundMessage(id, kind, name, thread, senderId, senderName, said, addressed, ids);
  }

  /** Whether an id means its chat. */
  boolean isIn(String id) {
    return chat.equals(id) || formerly.contains(id);
  }

  public InboundMessage {
    formerly = List.copyOf(formerly);
  }
}
