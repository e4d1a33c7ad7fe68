package dev.krabkrab.gateway.cli.node;

import org.jspecify.annotations.Nullable;

/** Why a node does not do what it was asked; its caller is told as the node's error. */
public final class NodeRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final @Nullable String denied;

  private NodeRefusal(String code, String message, @Nullable String denied) {
    super(message);
    this.code = code;
    this.denied = denied;
  }

  /** A request that names something wrong. */
  static NodeRefusal invalid(String message) {
    return new NodeRefusal("INVALID_REQUEST", message, null);
  }

  /** A request that cannot be served now. */
  static NodeRefusal unavailable(String message) {
    return new NodeRefusal("UNAVAILABLE", message, null);
  }

  /**
   * A command that may not run.
   *
   * @param reason as {@code exec.denied} says it
   */
  static NodeRefusal denied(String message, String reason) {
    return new NodeRefusal("UNAVAILABLE", message, reason);
  }

  /** The wire's code. */
  public String code() {
    return code;
  }

  /** The wire's message. */
  public String text() {
    return String.valueOf(getMessage());
  }

  /** Why a command may not run, or null when it was not even looked at. */
  @Nullable String denied() {
    return denied;
  }
}
