package dev.krabkrab.gateway.platform.transport;

/**
 * Counts the requests of one connection: those not answered yet, and those denied. For the socket's
 * event loop.
 */
public final class RequestCounters {
  private int inFlight;
  private int denied;
  private boolean stopped;

  RequestCounters() {}

  /** Takes up one more call, unless as many are unanswered as may be. */
  public boolean begin(int mostInFlight) {
    if (inFlight >= mostInFlight) {
      return false;
    }
    inFlight++;
    return true;
  }

  /** A call that {@link #begin} took up is answered. */
  public void end() {
    inFlight--;
  }

  /** From now on its peer gets the answers to what it has asked, and may ask no more. */
  void stop() {
    stopped = true;
  }

  /** Whether its peer was told to go; the connection is still open for answers. */
  public boolean stopped() {
    return stopped;
  }

  /** Calls not answered yet. From another thread than the socket's: as they were a moment ago. */
  public int inFlight() {
    return inFlight;
  }

  /** Counts calls refused for role; some clients never stop. Protocol 05 §7. */
  public int deny() {
    return ++denied;
  }
}
