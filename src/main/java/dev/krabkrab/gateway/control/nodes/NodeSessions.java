package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.protocol.GatewayError;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that a node may follow and speak in: its own, those that an invoke named to it
 * within a day, and those that the operator opens to nodes. Protocol 02 §11.
 */
final class NodeSessions {
  private static final Logger LOG = LoggerFactory.getLogger(NodeSessions.class);
  private static final String OWN = "node-";

  /** What was noted on another connection to Redis may be a moment behind the node. */
  private static final long AGAIN_MS = 250;

  private final Vertx vertx;
  private final NodeSessionStore store;
  private final Supplier<NodePolicySettings> settings;
  private final UnaryOperator<String> canonical;
  private final InstantSource clock;

  /**
   * @param canonical the one form of a session's key; fails for one that cannot be used
   */
  NodeSessions(
      Vertx vertx,
      NodeSessionStore store,
      Supplier<NodePolicySettings> settings,
      UnaryOperator<String> canonical,
      InstantSource clock) {
    this.vertx = vertx;
    this.store = store;
    this.settings = settings;
    this.canonical = canonical;
    this.clock = clock;
  }

  /**
   * How a node is connected with a session.
   *
   * @param acts an agent that it asks there may use tools
   * @param lasts whether it still is
   */
  record Connected(boolean acts, BooleanSupplier lasts) {}

  /** Notes what a node is about to be requested to do; nobody waits for that. */
  void invoked(String node, @Nullable String sessionKey, @Nullable String run) {
    String session = key(sessionKey).orElse("");
    if (!session.isEmpty() || run != null) {
      store
          .connected(node, session, run == null ? "" : run)
          .onFailure(
              e -> LOG.warn("what node {} is asked for is not noted: {}", node, e.getMessage()));
    }
  }

  /** How a node is connected with a session that it names; empty when it is not. */
  Future<Optional<Connected>> of(String node, String named) {
    Optional<String> key = key(named);
    if (key.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    String session = key.get();
    if (isOpen(session)) {
      return Future.succeededFuture(Optional.of(new Connected(true, () -> isOpen(session))));
    }
    if (isOwn(node, session)) {
      return Future.succeededFuture(Optional.of(new Connected(false, () -> true)));
    }
    return store
        .ofSession(node, session)
        .map(
            ms -> {
              long endMs = clock.millis() + ms;
              return ms <= 0
                  ? Optional.<Connected>empty()
                  : Optional.of(new Connected(false, () -> clock.millis() < endMs));
            })
        .recover(away -> Future.succeededFuture(Optional.empty()));
  }

  /**
   * The session of a run that a node was requested to carry out; empty when it was not.
   *
   * @param last whether the run is over with that
   */
  Future<Optional<String>> ofRun(String node, String run, boolean last) {
    return store
        .ofRun(node, run, last)
        .compose(
            known ->
                known.isPresent()
                    ? Future.succeededFuture(known)
                    : vertx.timer(AGAIN_MS).compose(later -> store.ofRun(node, run, last)))
        .map(known -> known.map(session -> session.isEmpty() ? OWN + node : session))
        .recover(away -> Future.succeededFuture(Optional.empty()));
  }

  private boolean isOwn(String node, String session) {
    return key(OWN + node).filter(session::equals).isPresent();
  }

  private boolean isOpen(String session) {
    List<String> open = settings.get().sessions();
    return open.stream().anyMatch(pattern -> fits(pattern, session));
  }

  private boolean fits(String pattern, String session) {
    if (!pattern.endsWith("*")) {
      return key(pattern).filter(session::equals).isPresent();
    }
    // The end of the beginning is no word of its own: "main*" is no main session.
    String beginning = pattern.substring(0, pattern.length() - 1);
    return key(beginning + "x")
        .map(known -> known.substring(0, known.length() - 1))
        .filter(session::startsWith)
        .isPresent();
  }

  private Optional<String> key(@Nullable String named) {
    if (named == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(canonical.apply(named));
    } catch (GatewayError unusable) {
      return Optional.empty();
    }
  }
}
