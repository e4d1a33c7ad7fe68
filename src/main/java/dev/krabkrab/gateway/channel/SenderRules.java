package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.channel.InboundMessage.ChatKind;
import java.util.List;
import java.util.Locale;

/**
 * Decides who may talk to an account. Fails closed: without settings, only people who were let in,
 * and no group.
 *
 * @param direct {@code dmPolicy}
 * @param people {@code allowFrom}: people who may always talk, and decide approvals; {@code *} lets
 *     everybody talk, and makes nobody one of them
 * @param groups {@code groupPolicy}
 * @param chats {@code groups}: those that are listened to
 * @param groupPeople {@code groupAllowFrom}: who may talk in groups; empty for everybody there
 * @param mention {@code requireMention}: in groups, only what is meant for it is taken
 */
record SenderRules(
    Policy direct,
    List<String> people,
    Policy groups,
    List<String> chats,
    List<String> groupPeople,
    boolean mention) {
  private static final String EVERYBODY = "*";

  /** The policy about who may talk. */
  enum Policy {
    /** Who was let in with a code. */
    PAIRING,
    /** Who is listed. */
    ALLOWLIST,
    /** Everybody. */
    OPEN,
    /** Nobody. */
    DISABLED;

    static Policy of(String where, String text) {
      for (Policy policy : values()) {
        if (policy.name().equalsIgnoreCase(text)) {
          return policy;
        }
      }
      throw new IllegalArgumentException(
          where + " must be pairing, allowlist, open or disabled, not " + text);
    }

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The decision about a message. */
  enum Verdict {
    WELCOME,
    /** A stranger, who may ask to be let in. */
    STRANGER,
    IGNORED
  }

  /**
   * Reads an account.
   *
   * @param usual policy of direct chats where none is set
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  static SenderRules of(ChannelAccount account, String usual) {
    return new SenderRules(
        Policy.of(account.where() + ".dmPolicy", account.text("dmPolicy", usual)),
        account.texts("allowFrom"),
        Policy.of(account.where() + ".groupPolicy", account.text("groupPolicy", "allowlist")),
        account.texts("groups"),
        account.texts("groupAllowFrom"),
        account.settings().path("requireMention").asBoolean(true));
  }

  /** Whether somebody is listed by name, and may decide for the operator. */
  boolean isTrusted(String senderId) {
    return !senderId.equals(EVERYBODY) && people.contains(senderId);
  }

  /** Whether it may decide an approval: a button may be in a group that is not listened to. */
  boolean mayDecide(InboundMessage message) {
    Policy here = message.kind() == ChatKind.DIRECT ? direct : groups;
    return here != Policy.DISABLED && message.addressed() && isTrusted(message.senderId());
  }

  /**
   * Judges a message.
   *
   * @param admitted its sender was let in with a code
   */
  Verdict judge(InboundMessage message, boolean admitted) {
    boolean listed = people.contains(EVERYBODY) || isTrusted(message.senderId()) || admitted;
    if (message.kind() == ChatKind.DIRECT) {
      return switch (direct) {
        case OPEN -> Verdict.WELCOME;
        case ALLOWLIST -> listed ? Verdict.WELCOME : Verdict.IGNORED;
        case PAIRING -> listed ? Verdict.WELCOME : Verdict.STRANGER;
        case DISABLED -> Verdict.IGNORED;
      };
    }
    boolean here =
        switch (groups) {
          case OPEN -> true;
          case ALLOWLIST, PAIRING ->
              chats.stream().anyMatch(message::isIn) || chats.contains(EVERYBODY);
          case DISABLED -> false;
        };
    boolean may =
        groupPeople.isEmpty()
            || groupPeople.contains(EVERYBODY)
            || groupPeople.contains(message.senderId())
            || isTrusted(message.senderId());
    return here && may && (message.addressed() || !mention) ? Verdict.WELCOME : Verdict.IGNORED;
  }
}
