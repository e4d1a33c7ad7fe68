package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a node has to say, in order, until the gateway answered it: whatever a connection took away
 * with it is said again on the next one. For any thread.
 */
final class NodeOutbox {
  private static final int MOST = 500;

  private static final class Item {
    private final String method;
    private final ObjectNode params;
    private @Nullable String id;

    Item(String method, ObjectNode params) {
      this.method = method;
      this.params = params;
    }
  }

  private final Consumer<String> log;
  private final Deque<Item> items = new ArrayDeque<>();
  private @Nullable GatewayClient client;

  /**
   * @param log told what is lost
   */
  NodeOutbox(Consumer<String> log) {
    this.log = log;
  }

  /** Says something, now or when there is a connection. */
  synchronized void add(String method, ObjectNode params) {
    if (items.size() >= MOST) {
      items.removeFirst();
      log.accept("too much waits for a connection: the oldest answer is dropped");
    }
    items.addLast(new Item(method, params));
    flush();
  }

  /** Goes on over a new connection with everything that has no answer yet. */
  synchronized void attach(GatewayClient connected) {
    client = connected;
    items.forEach(item -> item.id = null);
    flush();
  }

  /** The connection is gone. */
  synchronized void detach() {
    client = null;
  }

  /** Says what was put off. */
  synchronized void flush() {
    GatewayClient connected = client;
    if (connected == null) {
      return;
    }
    for (Item item : items) {
      if (item.id == null) {
        item.id = connected.post(item.method, item.params);
      }
    }
  }

  /** Takes an answer; what the gateway cannot take now is said again at the next flush. */
  synchronized void answered(JsonNode frame) {
    String id = frame.path("id").asText();
    for (Item item : items) {
      if (Objects.equals(item.id, id)) {
        settle(item, frame);
        return;
      }
    }
  }

  private void settle(Item item, JsonNode frame) {
    GatewayError error = new GatewayError(frame.path("error"));
    if (!frame.path("ok").asBoolean() && error.code().equals("UNAVAILABLE")) {
      item.id = null;
      return;
    }
    items.remove(item);
    if (!frame.path("ok").asBoolean()) {
      log.accept(item.method + " was refused: " + Text.safe(error.message()));
    } else if (frame.at("/payload/ignored").asBoolean(false)) {
      log.accept("nobody waits any more for the answer to " + item.params.path("id").asText());
    }
  }

  synchronized boolean isEmpty() {
    return items.isEmpty();
  }
}
