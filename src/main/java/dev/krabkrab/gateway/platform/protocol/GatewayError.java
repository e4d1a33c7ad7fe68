package dev.krabkrab.gateway.platform.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A refusal on its way to the client. Carries no stack trace: it is an answer, not a fault. */
public final class GatewayError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorShape shape;
  private final transient @Nullable JsonText payload;

  public GatewayError(ErrorShape shape) {
    this(shape, null);
  }

  /**
   * A refusal whose frame carries a payload beside the error, as that of a run does. Protocol 03
   * §18, 04 §5.3.
   */
  public GatewayError(ErrorShape shape, @Nullable JsonText payload) {
    super(shape.message(), null, false, false);
    this.shape = shape;
    this.payload = payload;
  }

  /** What goes beside the error, or null. */
  public @Nullable JsonText payload() {
    return payload;
  }

  public static GatewayError invalid(String message) {
    return new GatewayError(ErrorShape.invalid(message));
  }

  public static GatewayError invalid(String message, JsonNode details) {
    return new GatewayError(ErrorShape.of(ErrorShape.INVALID_REQUEST, message, details));
  }

  public static GatewayError unavailable(String message) {
    return new GatewayError(ErrorShape.unavailable(message));
  }

  public static GatewayError unavailable(String message, JsonNode details) {
    return new GatewayError(ErrorShape.of(ErrorShape.UNAVAILABLE, message, details));
  }

  /** More was asked for than {@code gateway.limits} allows; see {@link ErrorShape#overLimit}. */
  public static GatewayError overLimit(String what, int most, String limit, String remedy) {
    return new GatewayError(ErrorShape.overLimit(what, most, limit, remedy));
  }

  public ErrorShape shape() {
    return shape;
  }
}
