package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One client of a gateway. For one thread. */
final class Peer implements AutoCloseable {
  static final long PATIENCE_MS = 15_000;

  private final RawSocket socket;
  private final List<JsonNode> frames = new ArrayList<>();
  private final JsonNode challenge;
  private RawSocket.Arrival.@Nullable Closed closed;
  private int lastId;

  private Peer(RawSocket socket) {
    this.socket = socket;
    this.challenge = event("connect.challenge");
  }

  /** Opens a socket and takes the challenge. */
  static Peer open(int port, String... headers) {
    try {
      return new Peer(RawSocket.open(port, headers));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a socket from another address of this host. */
  static Peer openFrom(String address, int port, String... headers) {
    try {
      return new Peer(RawSocket.openFrom(address, port, headers));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a socket and gets in. */
  static Peer connected(int port, Connect connect, String... headers) {
    Peer peer = open(port, headers);
    JsonNode answer = peer.connect(connect);
    assertThat(answer.path("ok").asBoolean()).as("%s", answer).isTrue();
    return peer;
  }

  RawSocket socket() {
    return socket;
  }

  String nonce() {
    return challenge.path("nonce").asText();
  }

  long serverTime() {
    return challenge.path("ts").asLong();
  }

  /** Every frame so far, in order. */
  List<JsonNode> frames() {
    return frames;
  }

  String request(String method, @Nullable JsonNode params, String id) {
    ObjectNode frame = Json.object().put("type", "req").put("id", id).put("method", method);
    if (params != null) {
      frame.set("params", params);
    }
    return Json.text(frame);
  }

  String connectFrame(Connect connect, String id) {
    return request("connect", connect.params(nonce(), serverTime()), id);
  }

  /** Sends connect and returns its answer. */
  JsonNode connect(Connect connect) {
    socket.send(RawSocket.text(connectFrame(connect, "c0")));
    return answer("c0");
  }

  /** Sends connect and returns hello-ok. */
  JsonNode hello(Connect connect) {
    JsonNode answer = connect(connect);
    assertThat(answer.path("ok").asBoolean()).as("%s", answer).isTrue();
    return answer.path("payload");
  }

  String send(String method, JsonNode params) {
    String id = "r" + ++lastId;
    socket.send(RawSocket.text(request(method, params, id)));
    return id;
  }

  JsonNode call(String method, String params) {
    return answer(send(method, Objects.requireNonNull(Json.tryParse(params), params)));
  }

  /** The payload of a call that succeeds. */
  JsonNode ok(String method, String params) {
    JsonNode answer = call(method, params);
    assertThat(answer.path("ok").asBoolean()).as("%s: %s", method, answer).isTrue();
    return answer.path("payload");
  }

  JsonNode answer(String id) {
    return find(
        frame -> frame.path("type").asText().equals("res") && frame.path("id").asText().equals(id));
  }

  /** Payload of the first event of that name. */
  JsonNode event(String name) {
    return find(frame -> frame.path("event").asText().equals(name)).path("payload");
  }

  /** The text with which a run ends well, as its chat event says it. */
  String finalText(String runId) {
    JsonNode end = chatEnd("runId", runId);
    assertThat(end.path("state").asText()).as("%s", end).isEqualTo("final");
    return end.at("/message/content/0/text").asText();
  }

  /** The payload of the chat event that ends a run, told by one of its fields. */
  JsonNode chatEnd(String field, String value) {
    return event(
        "chat",
        event ->
            event.path(field).asText().equals(value)
                && !event.path("state").asText().equals("delta"));
  }

  /** Asks for an approval and returns the id of the request. */
  String requestApproval(String id, String command, int timeoutMs) {
    return send(
        "exec.approval.request",
        Json.object().put("id", id).put("command", command).put("timeoutMs", timeoutMs));
  }

  JsonNode event(String name, Predicate<JsonNode> payload) {
    return find(frame ->
            frame.path("event").asText().equals(name) && payload.test(frame.path("payload")))
        .path("payload");
  }

  /** Whether such an event is among the frames that were read. */
  boolean has(String event, Predicate<JsonNode> payload) {
    return frames.stream()
        .anyMatch(
            frame ->
                frame.path("event").asText().equals(event) && payload.test(frame.path("payload")));
  }

  /** Waits for the first frame that matches, also among those that came already. */
  JsonNode find(Predicate<JsonNode> wanted) {
    int seen = 0;
    while (true) {
      for (; seen < frames.size(); seen++) {
        if (wanted.test(frames.get(seen))) {
          return frames.get(seen);
        }
      }
      assertThat(closed).as("closed; got %s", frames).isNull();
      assertThat(take(PATIENCE_MS)).as("nothing more arrives; got %s", frames).isTrue();
    }
  }

  /** Waits until the other side has closed. */
  RawSocket.Arrival.Closed closed() {
    while (closed == null) {
      assertThat(take(PATIENCE_MS)).as("not closed; got %s", frames).isTrue();
    }
    return Objects.requireNonNull(closed);
  }

  boolean isClosed() {
    return closed != null;
  }

  /** Takes one arrival; false when none came in time. */
  boolean take(long timeoutMs) {
    switch (socket.next(timeoutMs)) {
      case null -> {
        return false;
      }
      case RawSocket.Arrival.Text(String text) ->
          frames.add(Objects.requireNonNull(Json.tryParse(text), text));
      case RawSocket.Arrival.Pong pong -> {}
      case RawSocket.Arrival.Closed end -> closed = end;
    }
    return true;
  }

  @Override
  public void close() {
    socket.close();
  }
}
