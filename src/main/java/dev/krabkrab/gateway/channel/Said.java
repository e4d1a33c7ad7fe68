package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.channel.InboundMessage.Image;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a message holds.
 *
 * @param text may be empty
 * @param quote what it answers or shows, or null
 * @param missing what of it is not handed on, in words for its sender and for the agent, such as
 *     {@code voice messages}
 */
public record Said(String text, List<Image> images, @Nullable Quote quote, List<String> missing) {
  /** Types of pictures that models read. */
  private static final Set<String> PICTURES =
      Set.of("image/jpeg", "image/png", "image/gif", "image/webp");

  /** Largest picture that is handed on, in bytes. */
  public static final int MOST_IMAGE_BYTES = 5_000_000;

  /** What is said of a picture that is larger, or cannot be read. */
  public static final String NO_PICTURE =
      "pictures above 5 MB, or that the channel does not hand out";

  private static final int MOST_QUOTED = 2_000;

  /** Of a quotation that is all there is: a forwarded message. */
  private static final int MOST_SHOWN = 20_000;

  public Said {
    images = List.copyOf(images);
    missing = missing.stream().distinct().toList();
  }

  /** Words alone. */
  public static Said of(String text) {
    return new Said(text, List.of(), null, List.of());
  }

  /**
   * Words of somebody else.
   *
   * @param from what people call them; may be empty
   */
  public record Quote(String from, String text) {}

  /** The type of a picture as models know it, or null for one that they do not read. */
  public static @Nullable String picture(String mimeType) {
    String type = mimeType.equals("image/jpg") ? "image/jpeg" : mimeType;
    return PICTURES.contains(type) ? type : null;
  }

  /** The kind of a file by its type, in words for its sender. */
  public static String kind(String mimeType) {
    if (mimeType.startsWith("audio/")) {
      return "voice messages and other sound";
    }
    if (mimeType.startsWith("video/")) {
      return "videos";
    }
    return mimeType.startsWith("image/")
        ? "pictures other than JPEG, PNG, GIF and WebP"
        : "files other than pictures";
  }

  /** Whether there is nothing in it for an agent: a quotation alone is shown to be looked at. */
  boolean isEmpty() {
    return text.isBlank() && images.isEmpty() && (quote == null || !missing.isEmpty());
  }

  /** What its sender is told of what is missing. */
  String regret() {
    return "⚠️ I cannot take "
        + String.join(" or ", missing)
        + (isEmpty() ? " here. Please write instead." : " here. I read the rest of your message.");
  }

  /** The words for an agent: a quotation is marked line by line, and what is missing is named. */
  String forAgent(String words) {
    StringBuilder all = new StringBuilder();
    if (quote != null && !quote.text().isBlank()) {
      String from = SafeText.line(quote.from());
      int most = text.isBlank() ? MOST_SHOWN : MOST_QUOTED;
      String cut =
          quote.text().length() > most ? quote.text().substring(0, most) + "…" : quote.text();
      all.append("[Quoted").append(from.isBlank() ? "" : " from " + from).append("]\n");
      all.append(cut.strip().lines().map(line -> "> " + line).reduce("", (a, b) -> a + b + "\n"));
      all.append('\n');
    }
    all.append(words);
    if (!missing.isEmpty()) {
      all.append("\n[Attached, but not handed on: ").append(String.join(", ", missing)).append(']');
    }
    return all.toString();
  }
}
