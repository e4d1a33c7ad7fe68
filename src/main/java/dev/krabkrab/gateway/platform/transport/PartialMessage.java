package dev.krabkrab.gateway.platform.transport;

import io.vertx.core.http.WebSocketFrame;

/**
 * What one connection holds of a message that is not whole yet, in frames and in pieces of one, as
 * part of what all connections of its loop may hold. For the socket's event loop.
 */
final class PartialMessage {
  private final Fragments fragments = new Fragments();
  private final OutboxBudget budget;
  private long inFrame;
  private long counted;

  /**
   * @param budget what all connections of the loop hold
   */
  PartialMessage(OutboxBudget budget) {
    this.budget = budget;
  }

  Fragments.Taken take(WebSocketFrame frame, int longest) {
    Fragments.Taken taken = fragments.take(frame, longest);
    recount();
    return taken;
  }

  /** So much of a frame has come that is not whole. */
  void inFrame(long bytes) {
    inFrame = bytes;
    recount();
  }

  long bytes() {
    return counted;
  }

  void clear() {
    fragments.clear();
    inFrame = 0;
    recount();
  }

  private void recount() {
    long now = inFrame + fragments.held();
    if (now != counted) {
      long change = now - counted;
      counted = now;
      budget.changed(change);
    }
  }
}
