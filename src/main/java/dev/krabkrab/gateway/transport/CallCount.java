package dev.krabkrab.gateway.transport;

/** What one connection asks for at a time, and how often in vain. For the socket's event loop. */
public final class CallCount {
  private int inFlight;
  private int denied;

  CallCount() {}

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

  /** Calls not answered yet. From another thread than the socket's: as they were a moment ago. */
  public int inFlight() {
    return inFlight;
  }

  /** Counts calls refused for role; some clients never stop. Protocol 05 §7. */
  public int deny() {
    return ++denied;
  }
}
