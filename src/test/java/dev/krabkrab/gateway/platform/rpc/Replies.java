package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.JsonText;

/** Where the answers of a call go that a test hears through its future. */
public enum Replies implements ReplySink {
  /** Interim answers are not heard. */
  UNHEARD,
  /** An interim answer is a fault. */
  NONE_EXPECTED;

  @Override
  public void ok(JsonText payload) {
    answered();
  }

  @Override
  public void failed(ErrorShape error) {
    answered();
  }

  @Override
  public boolean open() {
    return true;
  }

  private void answered() {
    if (this == NONE_EXPECTED) {
      throw new AssertionError("answered outside the future");
    }
  }
}
