package dev.krabkrab.gateway.transport;

import io.vertx.core.http.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Puts a message together that comes in several frames. Protocol 01a §1.3. */
final class Fragments {
  private @Nullable ByteArrayOutputStream earlier;

  /** What one more frame made of it. */
  sealed interface Taken {
    /** A whole message. */
    record Whole(byte[] message) implements Taken {}

    /** More is to come. */
    record Part() implements Taken {}

    /** The message is longer than it may be. */
    record TooBig() implements Taken {}
  }

  Taken take(WebSocketFrame frame, int longest) {
    byte[] part = frame.binaryData().getBytes();
    ByteArrayOutputStream message = earlier;
    if (message == null && frame.isFinal()) {
      return new Taken.Whole(part);
    }
    if (message == null) {
      message = new ByteArrayOutputStream(part.length * 2);
      earlier = message;
    }
    if (message.size() + part.length > longest) {
      earlier = null;
      return new Taken.TooBig();
    }
    message.writeBytes(part);
    if (!frame.isFinal()) {
      return new Taken.Part();
    }
    earlier = null;
    return new Taken.Whole(message.toByteArray());
  }

  void clear() {
    earlier = null;
  }
}
