package dev.krabkrab.gateway.platform.protocol;

import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event encoded once for all its receivers; only the number at its end differs between them.
 * Protocol 01a §3.5: numbers count per connection. Safe from any thread.
 */
public final class EncodedEvent {
  private final EventType type;
  private final Head v3;
  private final Head v4;
  private final boolean passing;
  private final @Nullable String session;
  private final Predicate<Caller> audience;

  private EncodedEvent(
      EventType type,
      Head v3,
      Head v4,
      boolean passing,
      @Nullable String session,
      Predicate<Caller> audience) {
    this.audience = audience;
    this.type = type;
    this.v3 = v3;
    this.v4 = v4;
    this.passing = passing;
    this.session = session;
  }

  public static EncodedEvent of(EventType type, JsonText payload) {
    return versioned(type, payload, null);
  }

  /** An event that carries the version of the snapshots it belongs to. */
  public static EncodedEvent versioned(
      EventType type, JsonText payload, @Nullable StateVersion version) {
    Head head = new Head(() -> Frames.eventHead(type, payload, version));
    return new EncodedEvent(type, head, head, false, null, anybody -> true);
  }

  /**
   * An event whose payload is richer in protocol 4. Each payload is asked for only when somebody is
   * connected who gets it.
   */
  public static EncodedEvent perProtocol(
      EventType type, Supplier<JsonText> payloadV3, Supplier<JsonText> payloadV4) {
    return new EncodedEvent(
        type,
        new Head(() -> Frames.eventHead(type, payloadV3.get(), null)),
        new Head(() -> Frames.eventHead(type, payloadV4.get(), null)),
        false,
        null,
        anybody -> true);
  }

  /** An event that protocol 3 does not have, of a type that it has. */
  public static EncodedEvent onlyV4(EventType type, JsonText payload) {
    Head head = new Head(() -> Frames.eventHead(type, payload, null));
    return new EncodedEvent(type, head, head, false, null, Caller::isV4);
  }

  /** The same event for connections that may do without it, whatever its kind. */
  public EncodedEvent inPassing() {
    return new EncodedEvent(type, v3, v4, true, session, audience);
  }

  /**
   * The same event for those who follow the messages of one session.
   *
   * @param key canonical
   */
  public EncodedEvent ofSession(String key) {
    return new EncodedEvent(type, v3, v4, passing, key, audience);
  }

  /** The same event for fewer of those who may see its kind. */
  public EncodedEvent onlyFor(Predicate<Caller> fewer) {
    return new EncodedEvent(type, v3, v4, passing, session, audience.and(fewer));
  }

  /** Whether this one may see it. */
  public boolean isFor(Caller caller) {
    return type.visibleTo(caller) && audience.test(caller);
  }

  /** The session whose followers it is for, or null when it is not of one session. */
  public @Nullable String session() {
    return session;
  }

  /** Whether a connection that has no room for it does without. */
  public boolean isDroppable() {
    return passing || type.delivery() == EventType.Delivery.DROPPABLE;
  }

  public EventType type() {
    return type;
  }

  /** The frame up to its number; shared, so callers must not change it. */
  public byte[] head(ProtocolVersion version) {
    return version == ProtocolVersion.V4 ? v4.bytes() : v3.bytes();
  }

  /** The end of a frame, from its number on. */
  public static byte[] tail(long seq) {
    return Frames.ascii(",\"seq\":" + seq + "}");
  }

  /** Encoded when first needed; two loops may do so at once and get the same. */
  private static final class Head {
    private final Supplier<byte[]> encoder;
    private volatile byte @Nullable [] encoded;

    private Head(Supplier<byte[]> encoder) {
      this.encoder = encoder;
    }

    private byte[] bytes() {
      byte[] known = encoded;
      if (known == null) {
        known = encoder.get();
        encoded = known;
      }
      return known;
    }
  }
}
