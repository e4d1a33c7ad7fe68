package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.protocol.AnswerPage;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The older kind of node pairing, by {@code node.pair.*}: lets nothing connect, hands out a token
 * that can be verified. Removing a node ends both kinds of its pairing. Events go out before the
 * answers. Protocol 02 §7, 05 §15.1.
 */
public final class NodePairingService {
  /** Life of a request, in milliseconds. */
  public static final long REQUEST_TTL_MS = 300_000;

  private static final long RETRY_AFTER_MS = 60_000;
  private static final int MOST_FACTS = 5_120;

  private final NodePairingStore store;
  private final NodeService nodes;
  private final NodeRights rights;
  private final Broadcaster broadcaster;
  private final Ids ids;

  public NodePairingService(
      NodePairingStore store,
      NodeService nodes,
      NodeRights rights,
      Broadcaster broadcaster,
      Ids ids) {
    this.store = store;
    this.nodes = nodes;
    this.rights = rights;
    this.broadcaster = broadcaster;
    this.ids = ids;
  }

  /**
   * Asks to pair a node.
   *
   * @param facts what it says about itself, with its id under {@code nodeId}
   */
  Future<ObjectNode> request(String nodeId, ObjectNode facts) {
    if (Json.text(facts).length() > MOST_FACTS) {
      throw GatewayError.invalid(
          "what the request says of the node takes more than " + MOST_FACTS + " characters");
    }
    return store
        .request(nodeId, ids.uuid(), facts)
        .map(
            answer -> {
              NodePairingStore.Requested requested =
                  answer.orElseThrow(NodePairingService::tooMany);
              ObjectNode request = NodePairingJson.request(requested.pending());
              if (requested.created()) {
                broadcaster.broadcast(EventType.NODE_PAIR_REQUESTED, JsonText.of(request));
              }
              return Json.object()
                  .put("status", "pending")
                  .put("created", requested.created())
                  .set("request", request);
            });
  }

  private static GatewayError tooMany() {
    return new GatewayError(
        ErrorShape.retryable(
            NodePairingStore.MOST_WAITING
                + " requests to pair nodes wait already, which is the limit; approve or reject"
                + " some",
            RETRY_AFTER_MS));
  }

  Future<ObjectNode> list(@Nullable String cursor) {
    return store
        .list()
        .map(
            listing -> {
              ObjectNode json = Json.object();
              json.putArray("pending")
                  .addAll(
                      listing.pending().stream()
                          .sorted(Comparator.comparingLong(NodePairingStore.Pending::ts).reversed())
                          .map(NodePairingJson::request)
                          .toList());
              List<ObjectNode> paired =
                  listing.paired().stream()
                      .sorted(
                          Comparator.comparingLong(NodePairingStore.Paired::approvedAtMs)
                              .reversed())
                      .map(node -> NodePairingJson.node(node, null))
                      .toList();
              AnswerPage page = AnswerPage.of(paired, "nodeId", cursor, AnswerPage.MOST_BYTES);
              json.set("paired", page.rows());
              Json.putIfPresent(json, "nextCursor", page.next());
              return json;
            });
  }

  Future<ObjectNode> approve(String requestId) {
    String token = ids.uuid().replace("-", "");
    return store
        .approve(requestId, digest(token))
        .map(settled -> resolved(requestId, settled, "approved"))
        .map(
            settled -> {
              ObjectNode json = Json.object().put("requestId", requestId);
              NodePairingStore.Paired node = settled.node();
              if (node != null) {
                json.set("node", NodePairingJson.node(node, token));
              }
              return json;
            });
  }

  Future<ObjectNode> reject(String requestId) {
    return store
        .reject(requestId)
        .map(settled -> resolved(requestId, settled, "rejected"))
        .map(settled -> Json.object().put("requestId", requestId).put("nodeId", settled.nodeId()));
  }

  /** Forgets a node, however it was paired, and sends it away. */
  Future<ObjectNode> remove(String nodeId, Caller caller) {
    return rights
        .withdraw(nodeId, caller)
        .compose(
            withdrawn ->
                store
                    .remove(nodeId)
                    .map(
                        removed -> {
                          if (!withdrawn && !removed.known()) {
                            throw GatewayError.invalid("unknown nodeId");
                          }
                          nodes.renamed(nodeId);
                          publishResolved(removed.requestId(), nodeId, "removed", removed.atMs());
                          return Json.object().put("nodeId", nodeId);
                        }));
  }

  Future<ObjectNode> verify(String nodeId, String token) {
    return store
        .find(nodeId)
        .map(
            found -> {
              // An unknown node costs the same comparison as a known one.
              String expected = found.map(NodePairingStore.Paired::digest).orElse("");
              boolean same = MessageDigest.isEqual(utf8(expected), utf8(digest(token)));
              ObjectNode json = Json.object().put("ok", same);
              return same
                  ? (ObjectNode) json.set("node", NodePairingJson.node(found.orElseThrow(), token))
                  : json;
            });
  }

  /** Names a node that is paired in either way, or connected. */
  Future<ObjectNode> rename(String nodeId, String displayName) {
    return nodes
        .known(nodeId)
        .compose(known -> store.rename(nodeId, displayName, known))
        .map(
            renamed -> {
              if (!renamed) {
                throw GatewayError.invalid("unknown nodeId");
              }
              nodes.renamed(nodeId);
              return Json.object().put("nodeId", nodeId).put("displayName", displayName);
            });
  }

  private NodePairingStore.Settled resolved(
      String requestId, Optional<NodePairingStore.Settled> outcome, String decision) {
    NodePairingStore.Settled settled =
        outcome.orElseThrow(() -> GatewayError.invalid("unknown requestId"));
    publishResolved(requestId, settled.nodeId(), decision, settled.atMs());
    return settled;
  }

  private void publishResolved(String requestId, String nodeId, String decision, long atMs) {
    ObjectNode event =
        Json.object()
            .put("requestId", requestId)
            .put("nodeId", nodeId)
            .put("decision", decision)
            .put("ts", atMs);
    broadcaster.broadcast(EventType.NODE_PAIR_RESOLVED, JsonText.of(event));
  }

  private static String digest(String token) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8(token)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
