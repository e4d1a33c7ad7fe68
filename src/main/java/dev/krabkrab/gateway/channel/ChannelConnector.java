package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Speaks for one account on one instance. Every instance has one of each account and sends with it;
 * only one of them listens at a time. Belongs to one context.
 */
public interface ChannelConnector {
  /**
   * The normal form of whom to send to.
   *
   * @throws IllegalArgumentException with a message for the requester, when it means nobody
   */
  String target(String to);

  /**
   * Sends a message, whose text is Markdown unless it is plain; a long one in several parts, see
   * {@link MessageParts#send}.
   *
   * @return of the first part; fails with {@link DeliveryException}, with {@link
   *     DeliveryException#moved} when the chat has another id now
   */
  Future<SentMessage> send(OutboundMessage message, MessageParts parts);

  /** Whether {@link #poll} works. */
  default boolean polls() {
    return false;
  }

  /** Asks people to choose. */
  default Future<SentMessage> poll(OutboundPoll poll) {
    return Future.failedFuture(new UnsupportedOperationException("no polls"));
  }

  /**
   * Asks the channel whether the account works.
   *
   * @return what it tells of the account, without secrets; fails when it does not
   */
  Future<ObjectNode> probe();

  /** Whether messages come by {@link #listen}; otherwise they come by {@link #hook}. */
  boolean listens();

  /** Whether {@link #listen} is for one instance at a time, though messages come otherwise. */
  default boolean leased() {
    return listens();
  }

  /**
   * Begins to listen, or to do for the account what one instance does, and goes on until stopped,
   * whatever happens meanwhile.
   *
   * @param inbox given messages; one it did not accept has to be given again
   */
  default Listening listen(Inbox inbox, ListenerStatus status) {
    throw new UnsupportedOperationException("does not listen");
  }

  /**
   * Takes a request that the channel made of the gateway over HTTP, on whichever instance it
   * arrived. It has to prove where it comes from.
   */
  default Future<HookAnswer> hook(HookRequest request, Inbox inbox) {
    return Future.succeededFuture(HookAnswer.NOT_FOUND);
  }

  /**
   * What a request with these headers is answered at once; empty when it may be one of the
   * channel's, so that its body is worth reading. The proof is still {@link #hook}'s.
   *
   * @param headers a header by its name in lower case, or an empty text
   */
  default Optional<HookAnswer> turnedAway(UnaryOperator<String> headers) {
    return Optional.of(HookAnswer.NOT_FOUND);
  }

  /** Logs the account out where the channel knows that; the connector is closed afterwards. */
  default Future<Void> logOut() {
    return Future.succeededFuture();
  }

  /** Gives up its connections. */
  void close();

  /** Takes what people wrote. */
  @FunctionalInterface
  interface Inbox {
    /**
     * Takes a message, once for each id of the account.
     *
     * @return complete when it cannot be lost any more; failed when it has to be given again
     */
    Future<Void> take(InboundMessage message);

    /**
     * A chat goes on under another id; both as {@link ChannelConnector#target} writes them.
     *
     * @return complete when it cannot be forgotten any more; failed when it has to be told again
     */
    default Future<Void> moved(String from, String to) {
      return Future.succeededFuture();
    }
  }

  /** Hears how listening goes. */
  interface ListenerStatus {
    void connected();

    /**
     * It does not work at the moment, and is tried again.
     *
     * @param why for the operator, without secrets
     */
    void disconnected(String why);

    /**
     * A message is left out, because taking it fails whatever is done.
     *
     * @param why for the operator, without what it says
     */
    void skipped(String why);

    /** The mark that whoever listened last has left, or an empty one. */
    Future<String> mark();

    /** Leaves a mark for whoever listens next. */
    Future<Void> mark(String mark);
  }

  /** Something that listens. */
  @FunctionalInterface
  interface Listening {
    /** Stops; complete when nothing more is taken. */
    Future<Void> stop();
  }
}
