package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An account of a channel as the gateway document sets it: what stands in {@code channels.<id>},
 * with {@code channels.<id>.accounts.<accountId>} over it. Variables are filled in and files are
 * read already.
 *
 * @param channel such as {@code telegram}
 * @param accountId such as {@code default}
 * @param settings with secrets; not to be shown
 * @param sharesSecret whether another account of the channel is set with one of the same secrets
 */
public record ChannelAccount(
    String channel, String accountId, ObjectNode settings, boolean sharesSecret) {
  /** The account of a channel that names none. */
  public static final String DEFAULT = "default";

  /** Where it stands in the gateway document, for messages to the operator. */
  public String where() {
    String top = "channels." + channel;
    return accountId.equals(DEFAULT) ? top : top + ".accounts." + accountId;
  }

  /** A setting, or null when it is not set. */
  public @Nullable String text(String name) {
    return Json.nonBlank(settings, name);
  }

  /** The same with a value for one that is not set. */
  public String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text.strip();
  }

  /**
   * A setting that has to be there.
   *
   * @throws IllegalArgumentException when it is not
   */
  public String required(String name) {
    String text = text(name);
    if (text == null) {
      throw new IllegalArgumentException(where() + "." + name + " is not set");
    }
    return text.strip();
  }

  /**
   * A setting that is an address of HTTP.
   *
   * @throws IllegalArgumentException when it is none, without a word of it: it may hold secrets
   */
  public String address(String name, String otherwise) {
    String address = text(name, otherwise);
    if (!isAddress(address)) {
      throw new IllegalArgumentException(
          where() + "." + name + " must be an address that begins with https://");
    }
    return address;
  }

  private static boolean isAddress(String text) {
    try {
      URI uri = new URI(text);
      return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
          && uri.getRawAuthority() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** A list of names, or numbers that are names. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode entry : settings.path(name)) {
      texts.add(entry.asText().strip());
    }
    return texts;
  }

  /** Whether it is to be used. */
  public boolean enabled() {
    return settings.path("enabled").asBoolean(true);
  }

  @Override
  public String toString() {
    return channel + ":" + accountId;
  }
}
