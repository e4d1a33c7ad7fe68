package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.SingleThreadEventLoop;
import java.util.List;

/**
 * The way out of one connection: writes text frames in order, numbers events, and keeps what waits
 * for a slow reader within a bound. Protocol 01a §1.5, §3.5. Used on the socket's event loop only.
 */
final class Outbox {
  /** Above this size a shared body is referred to rather than copied into each frame. */
  static final int COPY_LIMIT = 8 * 1024;

  private static final int TEXT_FRAME = 0x81;

  /** Bytes around an event's head: frame header, number, closing brace. */
  private static final int PER_EVENT = 40;

  /** What became of an event. */
  enum Verdict {
    QUEUED,
    DROPPED,
    /** The event may not be dropped and there is no room: the connection has to go. */
    TOO_SLOW
  }

  private final ChannelHandlerContext encoder;
  private final Runnable endOfTurn;
  private final long bound;
  private final OutboxBudget budget;
  private long lastSeq;
  private long counted;
  private long answers;
  private boolean flushScheduled;

  /**
   * @param encoder the WebSocket encoder's place in the pipeline; frames are built here, so writes
   *     start behind it and still pass TLS
   * @param bound bytes that may wait for a reader before events are dropped
   * @param budget what may wait for all readers of the loop
   */
  Outbox(ChannelHandlerContext encoder, long bound, OutboxBudget budget) {
    this.encoder = encoder;
    this.bound = bound;
    this.budget = budget;
    this.endOfTurn = this::flush;
  }

  /**
   * Writes an answer, given in parts, that is never dropped. It takes no room from events: whoever
   * requested much may read it at its own pace.
   */
  void write(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    if (length > COPY_LIMIT) {
      answers = Math.min(answers, pendingBytes()) + length;
    }
    writeParts(length, parts);
  }

  Verdict event(EncodedEvent event, ProtocolVersion version) {
    if (waitingEvents() > bound) {
      return noRoom(event);
    }
    byte[] head = event.head(version);
    byte[] tail = EncodedEvent.tail(++lastSeq);
    writeParts(head.length + tail.length, head, tail);
    return Verdict.QUEUED;
  }

  /** The same for an event that goes to many. */
  Verdict event(SharedBuffer shared, ProtocolVersion version) {
    if (!shared.isLarge(version)) {
      return event(shared.event(), version);
    }
    if (waitingEvents() > bound) {
      return noRoom(shared.event());
    }
    ByteBuf head = shared.forOne(version);
    byte[] tail = EncodedEvent.tail(++lastSeq);
    ByteBuf header = encoder.alloc().directBuffer(PER_EVENT);
    writeHeader(header, head.readableBytes() + tail.length);
    encoder.write(header, encoder.voidPromise());
    encoder.write(head, encoder.voidPromise());
    encoder.write(
        encoder.alloc().directBuffer(tail.length).writeBytes(tail), encoder.voidPromise());
    scheduleFlush();
    return Verdict.QUEUED;
  }

  private static Verdict noRoom(EncodedEvent event) {
    return event.isDroppable() ? Verdict.DROPPED : Verdict.TOO_SLOW;
  }

  /** Writes several events as one piece, or one after the other where the room is short. */
  Verdict events(List<EncodedEvent> events, ProtocolVersion version) {
    int length = 0;
    for (EncodedEvent event : events) {
      length += event.head(version).length + PER_EVENT;
    }
    if (waitingEvents() + length > bound) {
      return oneByOne(events, version);
    }
    ByteBuf frames = encoder.alloc().directBuffer(length);
    for (EncodedEvent event : events) {
      byte[] head = event.head(version);
      byte[] tail = EncodedEvent.tail(++lastSeq);
      writeHeader(frames, head.length + tail.length);
      frames.writeBytes(head).writeBytes(tail);
    }
    encoder.write(frames, encoder.voidPromise());
    scheduleFlush();
    return Verdict.QUEUED;
  }

  private Verdict oneByOne(List<EncodedEvent> events, ProtocolVersion version) {
    for (EncodedEvent event : events) {
      if (event(event, version) == Verdict.TOO_SLOW) {
        return Verdict.TOO_SLOW;
      }
    }
    return Verdict.QUEUED;
  }

  /** Bytes handed to the socket that its peer has not taken yet. */
  long pendingBytes() {
    Channel.Unsafe unsafe = encoder.channel().unsafe();
    ChannelOutboundBuffer buffer = unsafe.outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  /** The same without what is left of large answers, at most. */
  private long waitingEvents() {
    long pending = pendingBytes();
    answers = Math.min(answers, pending);
    return pending - answers;
  }

  /** Hands the socket now what waits for the end of this turn of the event loop. */
  void flush() {
    if (flushScheduled) {
      flushScheduled = false;
      encoder.flush();
    }
    recount();
  }

  /** Tells the budget what waits now. */
  void recount() {
    long now = pendingBytes();
    if (now != counted) {
      long change = now - counted;
      counted = now;
      budget.changed(change);
    }
  }

  boolean congested() {
    return pendingBytes() > bound;
  }

  private void writeParts(int length, byte[]... parts) {
    if (length <= COPY_LIMIT) {
      ByteBuf frame = encoder.alloc().directBuffer(length + 10);
      writeHeader(frame, length);
      for (byte[] part : parts) {
        frame.writeBytes(part);
      }
      encoder.write(frame, encoder.voidPromise());
    } else {
      ByteBuf header = encoder.alloc().directBuffer(10);
      writeHeader(header, length);
      encoder.write(header, encoder.voidPromise());
      for (byte[] part : parts) {
        encoder.write(Unpooled.wrappedBuffer(part), encoder.voidPromise());
      }
    }
    scheduleFlush();
  }

  /** One flush for all that is written in this turn of the event loop. */
  private void scheduleFlush() {
    if (!flushScheduled) {
      flushScheduled = true;
      if (encoder.executor() instanceof SingleThreadEventLoop loop) {
        loop.executeAfterEventLoopIteration(endOfTurn);
      } else {
        encoder.executor().execute(endOfTurn);
      }
    }
    recount();
  }

  private static void writeHeader(ByteBuf out, int length) {
    out.writeByte(TEXT_FRAME);
    if (length < 126) {
      out.writeByte(length);
    } else if (length < 65_536) {
      out.writeByte(126).writeShort(length);
    } else {
      out.writeByte(127).writeLong(length);
    }
  }
}
