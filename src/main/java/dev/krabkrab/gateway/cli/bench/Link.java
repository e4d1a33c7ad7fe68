package dev.krabkrab.gateway.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.collection.IntObjectHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One client's connection, greeted or on its way to it; event loop only. */
final class Link {
  /** What requests fail with when the connection ends; a close code may follow. */
  static final String CLOSED = "CLOSED";

  private static final String CONNECT = "c";

  /** What comes of a request. */
  interface Answer {
    /**
     * The answer is there, or there will be none.
     *
     * @param error null when it succeeded
     * @param frame the answer, valid during the call; that of another time when closed
     */
    void arrived(@Nullable String error, Frame frame);
  }

  private final Channel channel;
  private final Frame frame;
  private final Consumer<JsonNode> challenged;
  private final IntObjectHashMap<Answer> pending = new IntObjectHashMap<>();
  private final CompletableFuture<Link> greeted = new CompletableFuture<>();
  private final CompletableFuture<Link> ended = new CompletableFuture<>();
  private JsonNode hello = MissingNode.getInstance();
  private Consumer<Frame> events = ignored -> {};
  private int requests;
  private int closeCode;

  Link(Channel channel, Frame frame, Caller caller, Endpoint endpoint, LongSupplier clock) {
    this.channel = channel;
    this.frame = frame;
    this.challenged =
        challenge ->
            send(
                "{\"type\":\"req\",\"id\":\""
                    + CONNECT
                    + "\",\"method\":\"connect\",\"params\":"
                    + caller.connect(endpoint, challenge, clock.getAsLong())
                    + "}");
  }

  /** Completed once the gateway said hello, or refused. */
  CompletableFuture<Link> greeted() {
    return greeted;
  }

  /** The payload of hello-ok. */
  JsonNode hello() {
    return hello;
  }

  void onEvent(Consumer<Frame> handler) {
    events = handler;
  }

  boolean isClosed() {
    return ended.isDone();
  }

  /** Completed when the connection is gone. */
  CompletableFuture<Link> ended() {
    return ended;
  }

  /** The code of the close frame; 0 without one. */
  int closeCode() {
    return closeCode;
  }

  /** Asks for something. */
  void request(String method, String params, Answer answer) {
    if (isClosed()) {
      answer.arrived(closedAs(), frame);
      return;
    }
    int id = ++requests;
    pending.put(id, answer);
    send(
        "{\"type\":\"req\",\"id\":\""
            + id
            + "\",\"method\":\""
            + method
            + "\",\"params\":"
            + params
            + "}");
  }

  private void send(String text) {
    channel.writeAndFlush(
        new TextWebSocketFrame(ByteBufUtil.writeUtf8(channel.alloc(), text)),
        channel.voidPromise());
  }

  /** Takes what the gateway sent. */
  void received(Frame read) {
    if (!read.isEvent()) {
      answered(read);
    } else if (!greeted.isDone() && read.name().equals("connect.challenge")) {
      challenged.accept(read.json().path("payload"));
    } else {
      events.accept(read);
    }
  }

  private void answered(Frame read) {
    if (read.name().equals(CONNECT)) {
      JsonNode answer = read.json();
      if (read.isOk()) {
        hello = answer.path("payload");
        greeted.complete(this);
      } else {
        greeted.completeExceptionally(Refusal.of(answer.path("error")));
        close();
      }
      return;
    }
    Answer waiting = pending.remove(number(read.name()));
    if (waiting != null) {
      waiting.arrived(read.isOk() ? null : read.errorCode(), read);
    }
  }

  private static int number(String id) {
    int number = 0;
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + c - '0';
    }
    return number;
  }

  /** Reads no more, or again. */
  void reading(boolean on) {
    channel.config().setAutoRead(on);
  }

  /** The gateway says why it closes. */
  void closing(int code) {
    closeCode = code;
    channel.close();
  }

  void close() {
    if (!isClosed()) {
      channel.writeAndFlush(new CloseWebSocketFrame(1000, "")).addListener(sent -> channel.close());
    }
  }

  /** The connection is gone, or never came about. */
  void gone(@Nullable Throwable cause) {
    if (!ended.complete(this)) {
      return;
    }
    String why = cause == null ? closedAs() : String.valueOf(cause.getMessage());
    greeted.completeExceptionally(new Refusal(closedAs(), "the connection ended: " + why, ""));
    for (Answer waiting : pending.values().toArray(Answer[]::new)) {
      waiting.arrived(closedAs(), frame);
    }
    pending.clear();
  }

  private String closedAs() {
    return closeCode == 0 ? CLOSED : CLOSED + " " + closeCode;
  }
}
