package dev.krabkrab.gateway.channel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something to say.
 *
 * @param id the same for each try, for channels that recognise a repeat
 * @param to whom, as {@link ChannelConnector#target} writes it
 * @param thread the conversation there, or null
 * @param media addresses of what to show with it; {@code http} and {@code https} only
 * @param buttons what people may answer with
 * @param plain the text is to be read as it is: no markup, link or mention is made of anything in
 *     it
 */
public record OutboundMessage(
    String id,
    String to,
    @Nullable String thread,
    String text,
    List<String> media,
    List<Button> buttons,
    boolean plain) {
  /**
   * An answer that people give by pressing it.
   *
   * @param answer comes back as the text of an {@link InboundMessage}
   */
  public record Button(String label, String answer) {}

  /** The same for somebody else. */
  OutboundMessage sentTo(String other) {
    return new OutboundMessage(id, other, thread, text, media, buttons, plain);
  }

  public OutboundMessage {
    media = List.copyOf(media);
    buttons = List.copyOf(buttons);
  }
}
