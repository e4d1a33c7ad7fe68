package dev.krabkrab.gateway.channel.telegram;

import dev.krabkrab.gateway.channel.ChannelConnector.ListenerStatus;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Remembers how listening went. */
final class RecordedStatus implements ListenerStatus {
  final AtomicInteger connected = new AtomicInteger();
  final List<String> troubles = new CopyOnWriteArrayList<>();
  final List<String> skipped = new CopyOnWriteArrayList<>();
  private final AtomicReference<String> mark = new AtomicReference<>("");

  @Override
  public void connected() {
    connected.incrementAndGet();
  }

  @Override
  public void disconnected(String why) {
    troubles.add(why);
  }

  @Override
  public void skipped(String why) {
    skipped.add(why);
  }

  @Override
  public Future<String> mark() {
    return Future.succeededFuture(mark.get());
  }

  @Override
  public Future<Void> mark(String left) {
    mark.set(left);
    return Future.succeededFuture();
  }
}
