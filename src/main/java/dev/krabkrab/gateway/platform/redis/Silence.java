package dev.krabkrab.gateway.platform.redis;

/** How long nothing has been heard from Redis, in milliseconds of the owner's clock. */
final class Silence {
  private boolean heard;
  private long millis;

  /** Something arrived. */
  void broken() {
    heard = true;
  }

  /** A connection begins. */
  void restart() {
    millis = 0;
  }

  /**
   * Moves the clock.
   *
   * @return how long the silence lasts by now, 0 when something arrived since the last call
   */
  long advance(long counted) {
    millis = heard ? 0 : millis + counted;
    heard = false;
    return millis;
  }
}
