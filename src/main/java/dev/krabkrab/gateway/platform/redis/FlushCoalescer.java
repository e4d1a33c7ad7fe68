package dev.krabkrab.gateway.platform.redis;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SingleThreadEventLoop;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.impl.PooledRedisConnection;
import io.vertx.redis.client.impl.RedisStandaloneConnection;
import java.lang.reflect.Field;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets all commands that are given in one turn of the event loop leave in one system call; the
 * Vert.x client flushes each of them. It offers no way to its socket, so this looks for it; where
 * it is not found, commands leave one by one as before. docs/adr/0008.
 */
final class FlushCoalescer extends ChannelDuplexHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FlushCoalescer.class);
  private static final String NAME = "flush-once";

  private final SingleThreadEventLoop loop;
  private boolean wanted;

  private FlushCoalescer(SingleThreadEventLoop loop) {
    this.loop = loop;
  }

  /** Returns whether the connection flushes once a turn from now on. On its event loop only. */
  static boolean install(RedisConnection connection) {
    if (!(connection instanceof PooledRedisConnection pooled)
        || !(pooled.actual() instanceof RedisStandaloneConnection standalone)) {
      return false;
    }
    try {
      Field field = RedisStandaloneConnection.class.getDeclaredField("netSocket");
      field.setAccessible(true);
      ChannelHandlerContext end =
          ((NetSocketInternal) field.get(standalone)).channelHandlerContext();
      if (end.channel().eventLoop() instanceof SingleThreadEventLoop own
          && end.pipeline().get(NAME) == null) {
        end.pipeline().addBefore(end.name(), NAME, new FlushCoalescer(own));
      }
      return end.pipeline().get(NAME) != null;
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("Redis commands leave one by one", e);
      return false;
    }
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    if (!wanted) {
      wanted = true;
      loop.executeAfterEventLoopIteration(() -> now(context));
    }
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    now(context);
    context.close(promise);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    now(context);
  }

  private void now(ChannelHandlerContext context) {
    if (wanted) {
      wanted = false;
      context.flush();
    }
  }
}
