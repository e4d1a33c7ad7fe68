package dev.krabkrab.gateway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A client that, when its connection ends, connects to the next instance, as behind a balancer. */
public final class Roamer implements AutoCloseable {
  private static final long RETRY_MS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final GatewayProcesses gateways;
  private final TestDevice device;
  private final Profile profile;
  private final BiConsumer<WireClient, JsonNode> onEvent;
  private final Duration patience;
  private volatile @Nullable Exception lastRefusal;
  private volatile int instance;
  private volatile boolean closed;
  private volatile @Nullable WireClient client;
  private CompletableFuture<WireClient> connected = new CompletableFuture<>();

  /**
   * @param onEvent sees every event frame with the connection it came over
   */
  public Roamer(
      GatewayProcesses gateways,
      int instance,
      TestDevice device,
      Profile profile,
      BiConsumer<WireClient, JsonNode> onEvent) {
    this(gateways, instance, device, profile, onEvent, PATIENCE);
  }

  /**
   * @param onEvent sees every event frame with the connection it came over
   * @param patience longest time without a connection
   */
  public Roamer(
      GatewayProcesses gateways,
      int instance,
      TestDevice device,
      Profile profile,
      BiConsumer<WireClient, JsonNode> onEvent,
      Duration patience) {
    this.patience = patience;
    this.gateways = gateways;
    this.instance = instance;
    this.device = device;
    this.profile = profile;
    this.onEvent = onEvent;
    reconnect();
    client();
  }

  /** The connection there is, waiting for one when there is none. */
  public WireClient client() {
    WireClient found = current();
    while (found.ended().isDone()) {
      // It ended just now and its successor is not announced yet.
      Thread.onSpinWait();
      found = current();
    }
    return found;
  }

  private WireClient current() {
    try {
      CompletableFuture<WireClient> current;
      synchronized (this) {
        current = connected;
      }
      return current.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("no connection, last refused by " + lastRefusal, e);
    }
  }

  /** Where it is connected now, or was last. */
  public int instance() {
    return instance;
  }

  @Override
  public void close() {
    closed = true;
    WireClient open = client;
    if (open != null) {
      open.close();
    }
  }

  private void reconnect() {
    Thread.ofVirtual().start(this::connect);
  }

  private void connect() {
    if (closed) {
      return;
    }
    Inlet inlet = new Inlet();
    try {
      WireClient opened =
          WireClient.connect(gateways.port(instance), device, profile, inlet::arrived);
      client = opened;
      synchronized (this) {
        connected.complete(opened);
      }
      inlet.open(opened);
      opened.ended().thenRun(this::moveOn);
      if (closed) {
        opened.close();
      }
    } catch (IOException | WireClient.RefusedException e) {
      lastRefusal = e;
      instance = (instance + 1) % gateways.size();
      CompletableFuture.delayedExecutor(RETRY_MS, TimeUnit.MILLISECONDS).execute(this::reconnect);
    }
  }

  /** Events in the order they came, held back until their connection is known. */
  private final class Inlet {
    private final List<JsonNode> early = new ArrayList<>();
    private @Nullable WireClient owner;

    synchronized void arrived(JsonNode event) {
      if (owner == null) {
        early.add(event);
      } else {
        onEvent.accept(owner, event);
      }
    }

    synchronized void open(WireClient opened) {
      owner = opened;
      early.forEach(event -> onEvent.accept(opened, event));
      early.clear();
    }
  }

  private void moveOn() {
    synchronized (this) {
      connected = new CompletableFuture<>();
    }
    instance = (instance + 1) % gateways.size();
    reconnect();
  }
}
