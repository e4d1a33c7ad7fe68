package dev.krabkrab.gateway.agent.agents;

/** A tool was not used because the requester may not do himself what it does. */
public final class ToolForbiddenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ToolForbiddenException(String message) {
    super(message, null, false, false);
  }
}
