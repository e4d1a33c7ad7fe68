package dev.krabkrab.gateway.platform.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a call once for each principal, method and idempotency key, cluster-wide: a repeat joins the
 * call while it runs and is answered the same for five minutes after. A call whose instance died is
 * never run again; its repeats learn that the outcome is unknown. Made on, and for, one context.
 * Protocol 01e §11.
 */
public final class Idempotency {
  private static final Logger LOG = LoggerFactory.getLogger(Idempotency.class);
  private static final long RENEW_EVERY_MS = 3_000;
  private static final long FIRST_LOOK_MS = 100;
  private static final long MAX_LOOK_MS = 1_000;

  /** Looks in a row that find nobody at an owner's channel before it counts as gone. */
  private static final int SILENT_LOOKS = 2;

  private static final int MAX_OUTCOME = 1024 * 1024;

  private final Vertx vertx;
  private final String instance;
  private final Consumer<String> announce;
  private final Function<String, Future<Boolean>> alive;
  private final IdempotencyStore store;
  private final Ids ids;
  private final Map<String, String> running = new HashMap<>();
  private final Map<String, List<Promise<Void>>> joined = new HashMap<>();

  /**
   * @param instance the name of this instance
   * @param announce notifies every instance, this one included, that a joined call finished, for
   *     {@link #finished} to be called there
   * @param alive whether an instance still listens, so that nobody waits out a dead one's lease
   */
  public Idempotency(
      Vertx vertx,
      RedisLink link,
      String instance,
      Consumer<String> announce,
      Function<String, Future<Boolean>> alive,
      Ids ids) {
    this.vertx = vertx;
    this.instance = instance;
    this.announce = announce;
    this.alive = alive;
    this.store = new IdempotencyStore(link);
    this.ids = ids;
    vertx.setPeriodic(RENEW_EVERY_MS, timer -> renew());
  }

  /** A call ended somewhere: whoever joined it here reads its outcome. */
  public void finished(String name) {
    List<Promise<Void>> waiting = joined.remove(name);
    if (waiting != null) {
      waiting.forEach(Promise::tryComplete);
    }
  }

  /**
   * Makes a handler run once for each {@code idempotencyKey} of a principal.
   *
   * @param stored which failures are outcomes; after any other nothing has happened, and a repeat
   *     runs anew
   */
  public MethodHandler once(MethodHandler handler, Predicate<ErrorShape> stored) {
    return call -> {
      String key = Json.textOrNull(call.params(), "idempotencyKey");
      if (key == null) {
        return handler.handle(call);
      }
      String name = name(call, key);
      return begin(new Attempt(handler, stored, call, name, digest(call)), Looks.FIRST);
    };
  }

  private record Attempt(
      MethodHandler handler,
      Predicate<ErrorShape> stored,
      Call call,
      String name,
      String paramsDigest) {}

  /**
   * How often a repeat has looked for the outcome of the call it joined.
   *
   * @param nextMs wait before the next look, in milliseconds
   * @param silent looks in a row that found the owner gone
   */
  private record Looks(long nextMs, int silent) {
    static final Looks FIRST = new Looks(FIRST_LOOK_MS, 0);

    Looks next(boolean ownerAlive) {
      return new Looks(Math.min(MAX_LOOK_MS, nextMs * 2), ownerAlive ? 0 : silent + 1);
    }
  }

  private Future<JsonText> begin(Attempt attempt, Looks looks) {
    String owner = instance + ":" + ids.uuid();
    return store
        .begin(attempt.name(), owner, attempt.paramsDigest())
        .compose(
            begun ->
                switch (begun.state()) {
                  case STARTED -> run(attempt, owner);
                  case RUNNING ->
                      looks.silent() == SILENT_LOOKS
                          ? lost()
                          : join(attempt.name(), looks.nextMs())
                              .compose(woken -> ownerAlive(begun.detail()))
                              .compose(there -> begin(attempt, looks.next(there)));
                  case DONE -> replay(begun.detail());
                  case DIFFERS ->
                      failed(ErrorShape.invalid("idempotency key reused with different params"));
                  case LOST -> lost();
                });
  }

  private Future<Boolean> ownerAlive(@Nullable String owner) {
    int end = owner == null ? -1 : owner.lastIndexOf(':');
    return owner == null || end < 0
        ? Future.succeededFuture(true)
        : alive.apply(owner.substring(0, end)).otherwise(true);
  }

  private static Future<JsonText> lost() {
    return failed(
        ErrorShape.unavailable("the instance that ran this call is gone; its outcome is unknown"));
  }

  private Future<JsonText> run(Attempt attempt, String owner) {
    running.put(attempt.name(), owner);
    Future<JsonText> work;
    try {
      work = attempt.handler().handle(attempt.call());
    } catch (RuntimeException e) {
      work = Future.failedFuture(e);
    }
    return work.transform(
        done -> {
          if (done.succeeded()) {
            finish(attempt, owner, success(done.result()));
            return Future.succeededFuture(done.result());
          }
          ErrorShape error = Failures.toError(attempt.call(), done.cause());
          finish(attempt, owner, attempt.stored().test(error) ? failure(error) : "");
          return failed(error);
        });
  }

  /** Written behind the answer, which does not wait for it. */
  private void finish(Attempt attempt, String owner, String outcome) {
    String name = attempt.name();
    store
        .finish(name, owner, outcome)
        .onComplete(done -> running.remove(name, owner))
        .onSuccess(
            waited -> {
              if (waited) {
                announce.accept(name);
              }
            })
        .onFailure(e -> LOG.warn("outcome of a call not stored: {}", e.getMessage()));
  }

  private Future<Void> join(String name, long atMostMs) {
    Promise<Void> woken = Promise.promise();
    joined.computeIfAbsent(name, key -> new ArrayList<>()).add(woken);
    long timer = vertx.setTimer(atMostMs, late -> finished(name));
    return woken.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private void renew() {
    running.forEach(
        (name, owner) ->
            store
                .renew(name, owner)
                .onFailure(e -> LOG.debug("call not renewed: {}", e.getMessage())));
  }

  private static Future<JsonText> replay(@Nullable String outcome) {
    String stored = outcome == null ? "?" : outcome;
    String body = stored.substring(1);
    return switch (stored.charAt(0)) {
      case '+' -> Future.succeededFuture(JsonText.of(body));
      case '-' -> failed(ErrorShape.fromJson(Json.parseObject(body)));
      default ->
          failed(ErrorShape.unavailable("the call is done; its answer was too large to keep"));
    };
  }

  private static String success(JsonText payload) {
    return payload.size() > MAX_OUTCOME ? "?" : "+" + payload;
  }

  private static String failure(ErrorShape error) {
    return "-" + Json.text(error.toJson());
  }

  private static Future<JsonText> failed(ErrorShape error) {
    return Future.failedFuture(new GatewayError(error));
  }

  private static String name(Call call, String key) {
    return sha256(call.caller().principal() + "\n" + call.method().name() + "\n" + key);
  }

  private static String digest(Call call) {
    ObjectNode params = call.params();
    return sha256(Json.text(params));
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] sum = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
