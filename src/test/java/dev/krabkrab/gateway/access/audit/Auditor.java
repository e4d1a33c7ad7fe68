package dev.krabkrab.gateway.access.audit;

import static dev.krabkrab.gateway.platform.Async.get;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The trail of one instance, and hands that reach into Redis behind its back. */
final class Auditor {
  private final Vertx vertx;
  private final AuditService service;
  private final AuditStore store;
  private final RedisLink link;
  private final RedisSettings redis;

  Auditor(Vertx vertx, RedisSettings redis, String name, AuditSettings settings) {
    this(vertx, redis, name, settings, InstantSource.system());
  }

  Auditor(
      Vertx vertx, RedisSettings redis, String name, AuditSettings settings, InstantSource clock) {
    this.vertx = vertx;
    this.redis = redis;
    this.link = RedisLink.create(vertx, redis);
    this.service =
        AuditService.open(
            vertx,
            link,
            new AuditSource(name, clock, RandomGenerator.getDefault()),
            () -> settings,
            AuditMetrics.NONE);
    this.store = new AuditStore(link);
    get(link.ready());
  }

  AuditService service() {
    return service;
  }

  AuditStore store() {
    return store;
  }

  static AuditEvent event(AuditAction action, Consumer<ObjectNode> details) {
    return new AuditEvent(action, new AuditActor("d1", null, "local", "operator", "cli"), details);
  }

  static AuditEvent event(int number) {
    return event(AuditAction.NODE_INVOKED, details -> details.put("n", number));
  }

  /** Enters so many, one after the other in the order of their numbers. */
  void enter(int count) {
    for (int i = 1; i <= count; i++) {
      service.note(event(i));
    }
    get(service.flush(10_000));
  }

  AuditPage everything() {
    List<AuditEntry> entries = new ArrayList<>();
    String from = "-";
    while (true) {
      AuditPage page = get(store.page(false, from, "+", 1_000));
      entries.addAll(page.entries());
      if (page.entries().size() < 1_000) {
        return new AuditPage(page.head(), page.anchor(), entries);
      }
      from = "(" + page.entries().getLast().id();
    }
  }

  /** What is wrong with the trail, or null. */
  @Nullable String verify() {
    return verify(everything(), null);
  }

  static @Nullable String verify(AuditPage page, @Nullable String noted) {
    AuditVerifier verifier = new AuditVerifier(page.anchor(), noted);
    for (AuditEntry entry : page.entries()) {
      String problem = verifier.next(entry);
      if (problem != null) {
        return problem;
      }
    }
    return verifier.end(page.head());
  }

  /** Replaces the stream by these entries, as somebody with access to Redis can. */
  void forge(List<AuditEntry> entries) {
    redis(Command.DEL, key("log"));
    for (AuditEntry entry : entries) {
      redis(Command.XADD, key("log"), entry.id(), "e", entry.text(), "h", entry.hash());
    }
  }

  String key(String part) {
    return redis.key("audit", part);
  }

  Response redis(Command command, String... arguments) {
    Request request = Request.cmd(command);
    for (String argument : arguments) {
      request.arg(argument);
    }
    return get(link.send(request));
  }

  Vertx vertx() {
    return vertx;
  }
}
