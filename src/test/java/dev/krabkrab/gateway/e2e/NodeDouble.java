package dev.krabkrab.gateway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A node that answers every invoke after a while, and remembers what it was asked. */
public final class NodeDouble implements AutoCloseable {
  private final TestDevice device;
  private final AtomicLong delayMs = new AtomicLong();
  private final List<Runnable> held = new ArrayList<>();
  private boolean holding;
  private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
  private final List<CompletableFuture<JsonNode>> acknowledged = new CopyOnWriteArrayList<>();
  private final Roamer roamer;

  public NodeDouble(GatewayProcesses gateways, int instance, TestDevice device) {
    this.device = device;
    this.roamer = new Roamer(gateways, instance, device, Profile.node(), this::arrived);
  }

  public String id() {
    return device.id();
  }

  public Roamer roamer() {
    return roamer;
  }

  /** How long it thinks, in milliseconds; 0 answers at once. */
  public void thinks(long ms) {
    delayMs.set(ms);
  }

  /** Answers nothing until it is told to. */
  void holds() {
    synchronized (held) {
      holding = true;
    }
  }

  /** Answers what it holds, and from now on as before. */
  void answers() {
    List<Runnable> due;
    synchronized (held) {
      holding = false;
      due = List.copyOf(held);
      held.clear();
    }
    due.forEach(Runnable::run);
  }

  /** Payloads of every {@code node.invoke.request} it was sent. */
  public List<JsonNode> asked() {
    return List.copyOf(asked);
  }

  /** How often it was sent an invoke with this key. */
  public long asked(String idempotencyKey) {
    return asked.stream()
        .filter(request -> request.path("idempotencyKey").asText().equals(idempotencyKey))
        .count();
  }

  /** The gateway's answers to its results, in the order they were sent. */
  List<CompletableFuture<JsonNode>> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** The parameters of {@code node.invoke.result} for a request that went well. */
  public static ObjectNode result(JsonNode request, String nodeId, String payloadJson) {
    return Json.object()
        .put("id", request.path("id").asText())
        .put("nodeId", nodeId)
        .put("ok", true)
        .put("payloadJSON", payloadJson);
  }

  /** Sends the result of an invoke over a connection. */
  CompletableFuture<JsonNode> answer(WireClient over, JsonNode request, String payloadJson) {
    CompletableFuture<JsonNode> answer =
        over.request("node.invoke.result", result(request, device.id(), payloadJson));
    acknowledged.add(answer);
    return answer;
  }

  private void arrived(WireClient over, JsonNode event) {
    if (!event.path("event").asText().equals("node.invoke.request")) {
      return;
    }
    JsonNode request = event.path("payload");
    Runnable reply = () -> answer(over, request, "{\"done\":true}");
    synchronized (held) {
      asked.add(request);
      if (holding) {
        held.add(reply);
        return;
      }
    }
    long wait = delayMs.get();
    if (wait == 0) {
      reply.run();
    } else {
      CompletableFuture.delayedExecutor(wait, TimeUnit.MILLISECONDS).execute(reply);
    }
  }

  @Override
  public void close() {
    roamer.close();
  }
}
