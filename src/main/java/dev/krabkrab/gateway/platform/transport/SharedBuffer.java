package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.EnumMap;
import java.util.Map;

/**
 * The body of one large event in the memory that sockets write from, once for all connections of a
 * loop instead of once for each. It lives until the last of them has sent it. For one loop.
 */
final class SharedBuffer implements AutoCloseable {
  private final EncodedEvent event;
  private final Map<ProtocolVersion, ByteBuf> byVersion = new EnumMap<>(ProtocolVersion.class);

  SharedBuffer(EncodedEvent event) {
    this.event = event;
  }

  EncodedEvent event() {
    return event;
  }

  /** Whether copying the body for each connection would cost more than sharing it. */
  boolean isLarge(ProtocolVersion version) {
    return event.head(version).length > Outbox.COPY_LIMIT;
  }

  /** The body for another connection. */
  ByteBuf forOne(ProtocolVersion version) {
    byte[] head = event.head(version);
    ByteBuf shared =
        byVersion.computeIfAbsent(
            version,
            first -> PooledByteBufAllocator.DEFAULT.directBuffer(head.length).writeBytes(head));
    return shared.retainedDuplicate();
  }

  /** Gives up the part in it of who made it. */
  @Override
  public void close() {
    byVersion.values().forEach(ByteBuf::release);
  }
}
