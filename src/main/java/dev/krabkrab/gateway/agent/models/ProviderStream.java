package dev.krabkrab.gateway.agent.models;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One answer of a provider on its way: pieces come from a thread of its own and are handed on, a
 * few at a time, on the requester's context.
 */
final class ProviderStream implements ModelStream.PendingAnswer {
  private final Context home;
  private final Consumer<String> onText;
  private final List<String> secrets;
  private final Promise<ModelAnswer> answer = Promise.promise();
  private final StringBuilder waiting = new StringBuilder();
  private volatile long heardAtNanos = System.nanoTime();
  private volatile long wholeAtNanos;
  private volatile boolean whole;
  private volatile boolean givenUp;
  private volatile @Nullable Thread worker;
  private Runnable onGivenUp = () -> {};

  /**
   * @param secrets that no failure may show
   */
  ProviderStream(Context home, Consumer<String> onText, List<String> secrets) {
    this.home = home;
    this.onText = onText;
    this.secrets = secrets;
  }

  @Override
  public Future<ModelAnswer> answer() {
    return answer.future();
  }

  @Override
  public void giveUp() {
    givenUp = true;
    hangUp();
    onGivenUp.run();
  }

  /** Ends the request; what is known of the answer by then counts. */
  void hangUp() {
    Thread working = worker;
    if (working != null) {
      working.interrupt();
    }
  }

  /**
   * From now on giving it up interrupts the calling thread, which does nothing else.
   *
   * @return false when nobody wants it any more
   */
  boolean worksHere() {
    worker = Thread.currentThread();
    return !givenUp;
  }

  /** The calling thread has nothing more to do with it. */
  void isDoneHere() {
    worker = null;
  }

  /** What to do when nobody wants the rest; on the requester's context. */
  void onGivenUp(Runnable listener) {
    onGivenUp = listener;
  }

  /** Something came, be it a comment. */
  void heard() {
    heardAtNanos = System.nanoTime();
  }

  /** The answer is whole; its end has not come yet. */
  void isWhole() {
    if (!whole) {
      wholeAtNanos = System.nanoTime();
      whole = true;
    }
  }

  /** How long nothing has come, in nanoseconds. */
  long silenceNanos() {
    return System.nanoTime() - heardAtNanos;
  }

  /** How long the answer has been whole, in nanoseconds; 0 when it is not. */
  long wholeNanos() {
    return whole ? System.nanoTime() - wholeAtNanos : 0;
  }

  /** Ends it from outside. */
  void breakOff(ModelFailure failure) {
    fail(failure);
    hangUp();
  }

  void text(String text) {
    if (givenUp || text.isEmpty()) {
      return;
    }
    boolean first;
    synchronized (waiting) {
      first = waiting.isEmpty();
      waiting.append(text);
    }
    if (first) {
      home.runOnContext(turn -> flush());
    }
  }

  private void flush() {
    String text;
    synchronized (waiting) {
      text = waiting.toString();
      waiting.setLength(0);
    }
    if (!givenUp && !text.isEmpty()) {
      onText.accept(text);
    }
  }

  void complete(ModelAnswer whole) {
    end(() -> answer.tryComplete(whole));
  }

  void fail(ModelFailure failure) {
    String said = String.valueOf(failure.getMessage());
    String shown = ProviderErrorText.without(said, secrets);
    end(() -> answer.tryFail(shown.equals(said) ? failure : failure.saying(shown)));
  }

  private void end(Runnable how) {
    home.runOnContext(
        turn -> {
          flush();
          if (!givenUp) {
            how.run();
          }
        });
  }
}
