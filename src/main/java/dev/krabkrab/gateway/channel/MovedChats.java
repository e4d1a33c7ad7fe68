package dev.krabkrab.gateway.channel;

import io.vertx.core.Future;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chats that go on under another id, as a group of Telegram's does when it becomes a supergroup.
 * Remembered in Redis: whatever names the old id goes on to mean the chat, on every instance.
 */
final class MovedChats {
  private static final Logger LOG = LoggerFactory.getLogger(MovedChats.class);

  /** Moves that one message follows. */
  private static final int MOST_MOVES = 3;

  private final ChannelStore store;

  MovedChats(ChannelStore store) {
    this.store = store;
  }

  /** A chat goes on under another id. */
  Future<Void> note(ChannelAccount account, String from, String to) {
    return store
        .moved(account, from, to)
        .map(
            news -> {
              if (news) {
                LOG.info("{}: a chat goes on under another id", account);
              }
              return null;
            });
  }

  /** A message with the ids that its chat had before. */
  Future<InboundMessage> known(ChannelAccount account, InboundMessage message) {
    return store.former(account, message.chat()).map(message::formerly);
  }

  /**
   * Sends to a chat where it is now, and follows it when the channel says that it has moved.
   *
   * @param send to the id it is given
   */
  <T> Future<T> to(ChannelAccount account, String chat, Function<String, Future<T>> send) {
    return store
        .movedTo(account, chat)
        .otherwise(chat)
        .compose(now -> follow(account, now, send, MOST_MOVES));
  }

  private <T> Future<T> follow(
      ChannelAccount account, String chat, Function<String, Future<T>> send, int moves) {
    return send.apply(chat)
        .recover(
            why -> {
              String next = why instanceof DeliveryException known ? known.movedTo() : null;
              if (next == null || moves == 0 || next.equals(chat)) {
                return Future.failedFuture(why);
              }
              return note(account, chat, next)
                  .onFailure(e -> LOG.warn("{}: a move is not noted: {}", account, e.getMessage()))
                  .otherwiseEmpty()
                  .compose(noted -> follow(account, next, send, moves - 1));
            });
  }

  /** Parts of a message that goes on somewhere else with the part that did not go out. */
  static MessageParts counted(MessageParts parts) {
    return new MessageParts() {
      private int out = parts.out();

      @Override
      public int out() {
        return out;
      }

      @Override
      public Future<Void> note(int count) {
        out = Math.max(out, count);
        return parts.note(count);
      }
    };
  }
}
