package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.SettingsChanged;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway document as this instance knows it. Redis holds the truth; a change anywhere is
 * followed within a message's travel, and within {@value #REREAD_MS} ms should the message be lost.
 * Works on the context {@link #open} was called on; {@link #document}, {@link #section} and {@link
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
  private final List<Consumer<GatewayDocument>> listeners = new CopyOnWriteArrayList<>();
  private volatile GatewayDocument shown;

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
    this.shown = first.document();
    backplane.on(SettingsChanged.class, message -> heard(message.message()));
    backplane.onResync(this::reread);
    this.timer = vertx.setPeriodic(REREAD_MS, tick -> reread());
  }

  /**
   * Reads the document, or makes it when the namespace has none.
   *
   * @return fails with an {@link IllegalArgumentException} when the seed is needed and invalid
   */
  public static Future<SettingsService> open(
      Vertx vertx, RedisSettings redis, Backplane backplane, DocumentSeed seed) {
    RedisLink link = RedisLink.create(vertx, redis);
    SettingsStore store = new SettingsStore(link, redis);
    return link.ready()
        .compose(ready -> store.read())
        .compose(
            found ->
                found == null
                    ? store.seed(seed.document())
                    : Future.succeededFuture(new SettingsStore.Seeded(false, found)))
        .map(first -> new SettingsService(vertx, redis, backplane, store, first))
        .onFailure(e -> store.close());
  }

  /** The revision this instance shows. */
  public GatewayDocument document() {
    return shown;
  }

  /**
   * A part of the document as a feature reads it.
   *
   * @param reader makes a value of the whole document, and does nothing else; called once for each
   *     revision, by whoever asks first
   * @return always of the revision this instance shows; cheap, and safe from any thread
   */
  public <T> Supplier<T> section(Function<JsonNode, T> reader) {
    return new DocumentSection<>(this::document, reader);
  }

  /** Whether {@link #open} made the document. */
  public boolean seeded() {
    return seeded;
  }

  /** What stands for a file name on the wire. Protocol 03 §8. */
  public String path() {
    return path;
  }

  /** Calls the listener with each new revision, on the context it was registered from. */
  public void onChange(Consumer<GatewayDocument> listener) {
    Context home = vertx.getOrCreateContext();
    listeners.add(document -> home.runOnContext(ignored -> listener.accept(document)));
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
    if (!message.hash().equals(shown.hash())) {
      reread();
    }
  }

  private Future<GatewayDocument> reread() {
    return refresh()
        .onFailure(e -> LOG.warn("the gateway document was not read: {}", e.getMessage()));
  }

  /** Redis came back empty: the document as it was last seen goes in, unless another is there. */
  private Future<GatewayDocument> restore() {
    return store.seed(shown).compose(found -> adopted(found.document()));
  }

  private Future<GatewayDocument> adopted(GatewayDocument found) {
    if (!found.hash().equals(shown.hash())) {
      shown = found;
      LOG.info("gateway document is now revision {}", found.hash());
      listeners.forEach(listener -> listener.accept(found));
    }
    return Future.succeededFuture(found);
  }
}
