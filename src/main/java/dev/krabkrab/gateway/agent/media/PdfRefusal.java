package dev.krabkrab.gateway.agent.media;

/** A PDF that cannot be read, or not now; the message is for whoever sent it. */
public final class PdfRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  PdfRefusal(String message, boolean passing) {
    super(message, null, false, false);
    this.passing = passing;
  }

  /** Whether it is no fault of the file, and may work another time. */
  public boolean isPassing() {
    return passing;
  }
}
