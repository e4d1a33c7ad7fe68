package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * This instance's derived view of all nodes, so that listing and routing ask Redis nothing. The
 * truth is in {@link NodeStore}; the view follows it by messages and slow re-reads. For the context
 * of the nodes, except {@link #mobileConnected()}. Protocol 02 §8.
 */
final class NodeDirectory {
  /** How long a node that left may be on its way back, as after a restart of its instance. */
  private static final long RETURN_WITHIN_MS = 15_000;

  private final PairedNodes pairing;
  private final Supplier<Future<Map<String, String>>> renames;
  private final InstantSource clock;
  private final Map<String, NodeRegistration> connected = new HashMap<>();
  private final Map<String, Long> leftAtMs = new HashMap<>();
  private Map<String, PairedNode> paired = Map.of();
  private Map<String, String> names = Map.of();
  private boolean pairedStale = true;
  private @Nullable Future<Void> refreshing;
  private final Map<Boolean, String> encoded = new HashMap<>();
  private volatile boolean mobileConnected;

  /**
   * @param renames reads the names that people gave, by node id
   */
  NodeDirectory(
      PairedNodes pairing, Supplier<Future<Map<String, String>>> renames, InstantSource clock) {
    this.pairing = pairing;
    this.renames = renames;
    this.clock = clock;
  }

  @Nullable NodeRegistration find(String nodeId) {
    return connected.get(nodeId);
  }

  void put(NodeRegistration registration) {
    connected.put(registration.nodeId(), registration);
    changed();
  }

  /** Forgets a node, unless it has another connection by now. */
  void remove(String nodeId, String connId) {
    NodeRegistration known = connected.get(nodeId);
    if (known != null && known.isConnection(connId)) {
      connected.remove(nodeId);
      left(nodeId);
      changed();
    }
  }

  private void left(String nodeId) {
    long now = clock.millis();
    leftAtMs.values().removeIf(since -> now - since > RETURN_WITHIN_MS);
    leftAtMs.put(nodeId, now);
  }

  /** Whether a node that is not connected was so a moment ago, and is expected back. */
  boolean mayReturn(String nodeId) {
    Long since = leftAtMs.get(nodeId);
    return since != null && clock.millis() - since <= RETURN_WITHIN_MS;
  }

  /** Takes over what Redis says about one node. */
  void replace(String nodeId, @Nullable NodeRegistration current) {
    if (current == null) {
      if (connected.remove(nodeId) != null) {
        left(nodeId);
      }
    } else {
      connected.put(nodeId, current);
    }
    changed();
  }

  /** Takes over what Redis says about all nodes. */
  void replaceAll(Collection<NodeRegistration> all) {
    Set<String> before = new TreeSet<>(connected.keySet());
    connected.clear();
    all.forEach(registration -> connected.put(registration.nodeId(), registration));
    before.removeAll(connected.keySet());
    before.forEach(this::left);
    changed();
  }

  /** Stored facts or names may have changed; they are read again when they are next needed. */
  void pairingChanged() {
    pairedStale = true;
  }

  /** Whether a phone or tablet is connected anywhere; safe from any thread. Protocol 03 §15. */
  boolean mobileConnected() {
    return mobileConnected;
  }

  /** All of them, by their ids. */
  List<ConnectedNode> connected() {
    return connected.values().stream()
        .map(ConnectedNode::of)
        .sorted(Comparator.comparing(ConnectedNode::nodeId))
        .toList();
  }

  /**
   * The payload of {@code node.list}.
   *
   * @param v4 for protocol 4, which also gets where each node is connected
   */
  Future<JsonText> list(boolean v4) {
    return fresh().map(done -> JsonText.of("{\"ts\":" + clock.millis() + ",\"nodes\":" + rows(v4)));
  }

  /** The payload of {@code node.describe}. */
  Future<JsonText> describe(String nodeId, boolean v4) {
    return fresh()
        .map(
            done -> {
              if (!knows(nodeId)) {
                throw GatewayError.invalid("unknown nodeId");
              }
              ObjectNode json = Json.object().put("ts", clock.millis());
              return JsonText.of((ObjectNode) json.setAll(row(nodeId, v4).json()));
            });
  }

  /** Whether the node is paired as a device or connected. */
  Future<Boolean> known(String nodeId) {
    return fresh().map(done -> knows(nodeId));
  }

  private boolean knows(String nodeId) {
    return connected.containsKey(nodeId) || paired.containsKey(nodeId);
  }

  private void changed() {
    encoded.clear();
    mobileConnected = connected.values().stream().anyMatch(NodeDirectory::isMobile);
  }

  private static boolean isMobile(NodeRegistration node) {
    String platform = node.facts().platform();
    String name = platform == null ? "" : platform.strip().toLowerCase(java.util.Locale.ROOT);
    return name.startsWith("ios") || name.startsWith("ipados") || name.startsWith("android");
  }

  /** The rows and the closing brace of the list, encoded once until something changes. */
  private String rows(boolean v4) {
    String text = encoded.get(v4);
    if (text == null) {
      Set<String> nodeIds = new TreeSet<>(connected.keySet());
      nodeIds.addAll(paired.keySet());
      ArrayNode array = Json.array();
      nodeIds.stream()
          .map(nodeId -> row(nodeId, v4))
          .sorted(NodeRow.ORDER)
          .forEach(row -> array.add(row.json()));
      text = Json.text(array) + "}";
      encoded.put(v4, text);
    }
    return text;
  }

  private NodeRow row(String nodeId, boolean v4) {
    NodeRegistration live = connected.get(nodeId);
    return NodeRow.of(nodeId, live, paired.get(nodeId), names.get(nodeId)).at(v4 ? live : null);
  }

  private Future<Void> fresh() {
    if (!pairedStale) {
      return Future.succeededFuture();
    }
    Future<Void> running = refreshing;
    if (running != null) {
      // What is being read may be older than the change; look again when it has come.
      return running.transform(done -> fresh());
    }
    pairedStale = false;
    Future<Void> refresh =
        Future.all(pairing.list(), renames.get())
            .map(
                both -> {
                  paired =
                      both.<List<PairedNode>>resultAt(0).stream()
                          .collect(
                              Collectors.toMap(
                                  PairedNode::nodeId, Function.identity(), (a, b) -> b));
                  names = both.resultAt(1);
                  encoded.clear();
                  return null;
                });
    refreshing = refresh;
    return refresh
        .onFailure(e -> pairedStale = true)
        .eventually(
            () -> {
              refreshing = null;
              return Future.succeededFuture();
            });
  }
}
