package dev.krabkrab.gateway.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.SettingsChanged;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway document as this instance knows it. Redis holds the truth; a change anywhere is
 * followed within a message's travel, and within {@value #REREAD_MS} ms should the message be lost.
 * Works on the context {@link #open} was called on; {@link #document}, {@link #current} and {@link
 * #onChange} are safe from any thread.
 */
public final class SettingsService {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsService.class);

  private static final long REREAD_MS = 15_000;

  private final Vertx vertx;
  private final Backplane backplane;
  private final SettingsStore store;
  private final String path;
  private final boolean seeded;
  private final long timer;
  private final List<Consumer<GatewaySettings>> listeners = new CopyOnWriteArrayList<>();
  private volatile State state;

  private record State(GatewayDocument document, GatewaySettings settings) {
    static State of(GatewayDocument document) {
      return new State(document, GatewaySettings.of(document.parsed()));
    }
  }

  private SettingsService(
      Vertx vertx,
      RedisSettings redis,
      Backplane backplane,
      SettingsStore store,
      SettingsStore.Seeded first) {
    this.vertx = vertx;
    this.backplane = backplane;
    this.store = store;
    this.path = "redis:" + redis.namespace() + "/gateway.json";
    this.seeded = first.created();
    this.state = State.of(first.document());
    backplane.on(SettingsChanged.class, message -> heard(message.message()));
    backplane.onResync(this::reread);
    this.timer = vertx.setPeriodic(REREAD_MS, tick -> reread());
  }

  /**
   * Reads the document, or makes it when the namespace has none.
   *
   * @param seed first content, may be empty; see {@link Seed}
   * @param generatedTokenIfNoSecret becomes {@code gateway.auth.token} of a new document when the
   *     shared secret would be missing
   * @param secretFromEnvironment whether flags or environment bring the secret instead
   * @param rules what a new document has to keep
   * @return fails with an {@link IllegalArgumentException} when the seed is needed and invalid
   */
  public static Future<SettingsService> open(
      Vertx vertx,
      RedisSettings redis,
      Backplane backplane,
      ObjectNode seed,
      String generatedTokenIfNoSecret,
      boolean secretFromEnvironment,
      List<DocumentRule> rules) {
    RedisLink link = RedisLink.create(vertx, redis);
    SettingsStore store = new SettingsStore(link, redis);
    String token = secretFromEnvironment ? null : generatedTokenIfNoSecret;
    return link.ready()
        .compose(ready -> store.read())
        .compose(
            found ->
                found == null
                    ? store.seed(Seed.document(seed, token, rules))
                    : Future.succeededFuture(new SettingsStore.Seeded(false, found)))
        .map(first -> new SettingsService(vertx, redis, backplane, store, first))
        .onFailure(e -> store.close());
  }

  /** The revision this instance shows. */
  public GatewayDocument document() {
    return state.document();
  }

  /** The same, typed. */
  public GatewaySettings current() {
    return state.settings();
  }

  /** Whether {@link #open} made the document. */
  public boolean seeded() {
    return seeded;
  }

  /** What stands for a file name on the wire. Protocol 03 §8. */
  public String path() {
    return path;
  }

  /** Calls the listener after each change, on the context it was registered from. */
  public void onChange(Consumer<GatewaySettings> listener) {
    Context home = vertx.getOrCreateContext();
    listeners.add(settings -> home.runOnContext(ignored -> listener.accept(settings)));
  }

  /**
   * Replaces the document everywhere. When the answer is true, this instance shows it already.
   *
   * @param expectedHash revision the change was made from
   * @return false when the document is another one by now, and nothing was written
   */
  public Future<Boolean> replace(String expectedHash, ObjectNode next) {
    return replace(expectedHash, GatewayDocument.of(next));
  }

  /** The same with a document that was made before. */
  Future<Boolean> replace(String expectedHash, GatewayDocument written) {
    return store
        .replace(expectedHash, written)
        .compose(
            won -> {
              if (!won) {
                return reread().map(false);
              }
              backplane.publish(new SettingsChanged(written.hash()));
              // Read rather than assumed: an older read may still be on its way back.
              return reread().recover(lost -> adopted(written)).map(true);
            });
  }

  /** Reads the stored document again; completes when this instance shows it. */
  public Future<GatewayDocument> refresh() {
    return store.read().compose(found -> found == null ? restore() : adopted(found));
  }

  /** Stops following. */
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    return store.close();
  }

  private void heard(SettingsChanged message) {
    if (!message.hash().equals(state.document().hash())) {
      reread();
    }
  }

  private Future<GatewayDocument> reread() {
    return refresh()
        .onFailure(e -> LOG.warn("the gateway document was not read: {}", e.getMessage()));
  }

  /** Redis came back empty: the document as it was last seen goes in, unless another is there. */
  private Future<GatewayDocument> restore() {
    return store.seed(state.document()).compose(found -> adopted(found.document()));
  }

  private Future<GatewayDocument> adopted(GatewayDocument found) {
    if (!found.hash().equals(state.document().hash())) {
      State next = State.of(found);
      state = next;
      LOG.info("gateway document is now revision {}", found.hash());
      listeners.forEach(listener -> listener.accept(next.settings()));
    }
    return Future.succeededFuture(found);
  }
}
