package dev.krabkrab.gateway.channel;

import java.util.List;

/**
 * A kind of chat channel, such as Telegram. Providers are found by {@link java.util.ServiceLoader}:
 * a jar on the class path that names one adds a channel. Its accounts are set in {@code
 * channels.<id>} of the gateway document. Made once, safe from any thread. Protocol 03 §5.
 */
public interface ChannelProvider {
  /** Such as {@code telegram}: lower-case letters, digits and {@code -}. */
  String id();

  /** Name for people, such as {@code Telegram}. */
  String label();

  /** The same with more words, such as {@code Telegram Bot}. */
  String detailLabel();

  /** Name of a symbol that user interfaces show, such as {@code paperplane}. */
  String systemImage();

  /** What a conversation beside the main one of a group is called in session keys. */
  default String threadWord() {
    return "thread";
  }

  /** Who may write to it directly where {@code dmPolicy} is not set. */
  default String dmPolicy() {
    return "pairing";
  }

  /** Settings of an account that it cannot be used without, secrets among them. */
  default List<String> required() {
    return List.of();
  }

  /** Settings of an account that are secrets; {@code channels.logout} takes them out. */
  List<String> secrets();

  /**
   * Makes what speaks for an account. Nothing is sent before it is used.
   *
   * @throws IllegalArgumentException with a message for the operator that names the setting, when
   *     the account is not set properly
   */
  ChannelConnector connect(ChannelAccount account, ChannelHttp net);
}
