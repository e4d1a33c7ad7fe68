package dev.krabkrab.gateway.failure;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The network between one instance and Redis. Bytes that are held up are delivered once the network
 * is whole again, as TCP does it, whatever the instance has done with its end meanwhile.
 */
final class RedisProxy implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;
  private static final byte[] END = new byte[0];

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<Way> held = EnumSet.noneOf(Way.class);
  private volatile boolean refusing;
  private volatile long delayNanos;

  /** A direction of the traffic. */
  enum Way {
    TO_REDIS,
    FROM_REDIS
  }

  private record Chunk(byte[] bytes, long due) {}

  private RedisProxy(ServerSocket server, int target) {
    this.server = server;
    this.target = target;
  }

  /** A proxy on a free loopback port that passes everything on. */
  static RedisProxy to(int port) {
    try {
      RedisProxy proxy =
          new RedisProxy(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), port);
      Thread.ofVirtual().name("redis proxy").start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  /** Nothing arrives any more, in either direction, and nobody is told. */
  void drop() {
    hold(EnumSet.allOf(Way.class));
  }

  /** The same in one direction: a half-open connection. */
  void drop(Way way) {
    hold(EnumSet.of(way));
  }

  /** Everything arrives this much later. */
  void delay(Duration by) {
    delayNanos = by.toNanos();
  }

  /** Resets every connection, and each new one, until {@link #pass}. */
  void cut() {
    refusing = true;
    sockets.forEach(RedisProxy::reset);
  }

  /** The network is whole again. */
  void pass() {
    refusing = false;
    delayNanos = 0;
    hold(EnumSet.noneOf(Way.class));
  }

  @Override
  public void close() {
    closeQuietly(server);
    pass();
    sockets.forEach(RedisProxy::reset);
  }

  private void hold(Set<Way> ways) {
    synchronized (held) {
      held.clear();
      held.addAll(ways);
      held.notifyAll();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (refusing) {
          reset(client);
        } else {
          connect(client);
        }
      } catch (IOException e) {
        // The proxy is closed, or Redis is not there: the client sees the end of its connection.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket redis;
    try {
      redis = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) {
      reset(client);
      throw e;
    }
    client.setTcpNoDelay(true);
    redis.setTcpNoDelay(true);
    sockets.add(client);
    sockets.add(redis);
    carry(client, redis, Way.TO_REDIS);
    carry(redis, client, Way.FROM_REDIS);
  }

  private void carry(Socket from, Socket to, Way way) {
    BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();
    Thread.ofVirtual().start(() -> read(from, chunks));
    Thread.ofVirtual().start(() -> write(chunks, to, way));
  }

  private void read(Socket from, BlockingQueue<Chunk> chunks) {
    byte[] buffer = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        byte[] bytes = new byte[count];
        System.arraycopy(buffer, 0, bytes, 0, count);
        chunks.add(new Chunk(bytes, System.nanoTime() + delayNanos));
      }
    } catch (IOException e) {
      // A reset ends a connection like a close does.
    }
    chunks.add(new Chunk(END, System.nanoTime() + delayNanos));
  }

  private void write(BlockingQueue<Chunk> chunks, Socket to, Way way) {
    try {
      OutputStream out = to.getOutputStream();
      while (true) {
        Chunk chunk = chunks.take();
        TimeUnit.NANOSECONDS.sleep(chunk.due() - System.nanoTime());
        awaitOpen(way);
        if (chunk.bytes() == END) {
          break;
        }
        out.write(chunk.bytes());
      }
    } catch (IOException e) {
      // Whoever reads from it sees its end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sockets.remove(to);
    closeQuietly(to);
  }

  private void awaitOpen(Way way) throws InterruptedException {
    synchronized (held) {
      while (held.contains(way)) {
        held.wait();
      }
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already.
    }
    closeQuietly(socket);
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // There is nothing left to close.
    }
  }
}
