package dev.krabkrab.gateway.platform.transport;

import io.vertx.core.http.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Puts a message together that comes in several frames. Protocol 01a §1.3. */
final class Fragments {
  /** A message may come in this many frames of any size; after that they have to be larger. */
  private static final int FREE_FRAMES = 1_000;

  private static final int LEAST_FRAME = 64;

  private @Nullable ByteArrayOutputStream earlier;
  private int frames;

  /** What one more frame made of it. */
  sealed interface Taken {
    /** A whole message. */
    record Whole(byte[] message) implements Taken {}

    /** More is to come. */
    record Part() implements Taken {}

    /** The message is longer than it may be. */
    record TooBig() implements Taken {}

    /** The message comes in more and smaller frames than anybody needs. */
    record TooSmall() implements Taken {}
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
      frames = 0;
    }
    if (++frames > FREE_FRAMES && message.size() < frames * LEAST_FRAME) {
      earlier = null;
      return new Taken.TooSmall();
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

  /** Bytes of a message that is not whole yet. */
  int held() {
    ByteArrayOutputStream message = earlier;
    return message == null ? 0 : message.size();
  }

  void clear() {
    earlier = null;
  }
}
