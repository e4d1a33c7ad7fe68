package dev.krabkrab.gateway.channels;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** One chat channel with its accounts. Safe from any thread. Protocol 03 §5 to §7. */
public interface Channel {
  /** Such as {@code telegram}. */
  String id();

  /** Name for people, such as {@code Telegram}. */
  String label();

  /** The same with more words, such as {@code Telegram Bot}. */
  String detailLabel();

  /** Name of a symbol, such as {@code paperplane}. */
  String systemImage();

  /** The account that is meant where none is named. */
  String defaultAccount();

  /** What is known of the channel as a whole, with at least {@code configured}. */
  ObjectNode summary();

  /**
   * What is known of each account, with at least {@code accountId}.
   *
   * @param probeMs 0 to tell what is known; otherwise to ask the channel itself, for so many
   *     milliseconds at most
   */
  Future<List<ObjectNode>> accounts(long probeMs);

  /** How an account is logged out of it; nothing where that cannot be done. */
  default Optional<Logout> logout() {
    return Optional.empty();
  }

  /** How an account is linked by a picture that a phone reads; nothing for other channels. */
  default Optional<WebLogin> webLogin() {
    return Optional.empty();
  }

  /** Logs an account out. */
  @FunctionalInterface
  interface Logout {
    /**
     * Stops the account and forgets what it was logged in with.
     *
     * @return {@code cleared}, {@code loggedOut} and what else the channel tells
     */
    Future<ObjectNode> logOut(String accountId);
  }

  /** Links an account by a picture. */
  interface WebLogin {
    /**
     * Stops the account and makes a picture.
     *
     * @param force although it is linked already
     * @param timeoutMs longest wait for the picture
     * @return {@code qrDataUrl} and {@code message}, or {@code message} alone
     */
    Future<ObjectNode> start(String accountId, boolean force, long timeoutMs);

    /**
     * Waits until the picture was read.
     *
     * @return {@code connected} and {@code message}
     */
    Future<ObjectNode> await(String accountId, long timeoutMs);
  }
}
