package dev.krabkrab.gateway.channel;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/**
 * Parts of a message that go out one after the other. What is out is remembered, so that another
 * try goes on with the next one, whichever instance makes it.
 */
public interface MessageParts {
  /** None is out, and there will be no other try. */
  MessageParts ONE_TRY =
      new MessageParts() {
        @Override
        public int out() {
          return 0;
        }

        @Override
        public Future<Void> note(int count) {
          return Future.succeededFuture();
        }
      };

  /** How many are out already. */
  int out();

  /**
   * So many are out now.
   *
   * @return fails when that is not remembered, or another one sends the message meanwhile
   */
  Future<Void> note(int count);

  /**
   * Sends those that are not out.
   *
   * @param all always the same for the same message
   * @return of the first that this try sends; fails with {@link DeliveryException}
   */
  default Future<SentMessage> send(List<Supplier<Future<SentMessage>>> all) {
    if (all.isEmpty()) {
      return Future.failedFuture(DeliveryException.refused("there is nothing to send"));
    }
    int first = Math.min(out(), all.size() - 1);
    Future<SentMessage> sent = all.get(first).get();
    for (int i = first + 1; i < all.size(); i++) {
      int next = i;
      sent =
          sent.compose(
              before -> note(next).compose(noted -> all.get(next).get()).map(after -> before));
    }
    return sent;
  }
}
