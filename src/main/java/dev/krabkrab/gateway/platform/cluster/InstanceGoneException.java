package dev.krabkrab.gateway.platform.cluster;

/** The instance a message was meant for does not listen any more. */
public final class InstanceGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InstanceGoneException(String instance) {
    super("instance " + instance + " is gone", null, false, false);
  }
}
