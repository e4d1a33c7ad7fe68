package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.krabkrab.gateway.logs.KnownSecrets;
import dev.krabkrab.gateway.logs.LogMethods;
import dev.krabkrab.gateway.logs.LogService;
import dev.krabkrab.gateway.logs.LogSettings;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.settings.GatewaySettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log of all instances; follows the log of this process from its start to its stop. */
final class LogRoom extends VerticleBase {
  private final Core core;
  private final MethodBus bus;
  private volatile LogSettings settings = LogSettings.of(MissingNode.getInstance());
  private volatile List<String> secrets = List.of();
  private @Nullable LogService logs;

  LogRoom(Core core, MethodBus bus) {
    this.core = core;
    this.bus = bus;
  }

  @Override
  public Future<?> start() {
    read();
    core.document().onChange(changed -> read());
    return RedisLink.create(vertx, core.redis()).ready().onSuccess(this::follow);
  }

  private void follow(RedisLink link) {
    LogService opened =
        LogService.open(
            vertx, link, core.backplane().instance(), () -> settings, () -> secrets, core.clock());
    logs = opened;
    bus.serve(new LogMethods(opened).handlers());
  }

  @Override
  public Future<?> stop() {
    LogService opened = logs;
    return opened == null ? Future.succeededFuture() : opened.close();
  }

  private void read() {
    JsonNode document = core.document().document().parsed();
    GatewaySettings now = core.settings();
    settings = LogSettings.of(document);
    List<String> given = new ArrayList<>();
    add(given, now.token());
    add(given, now.password());
    secrets = KnownSecrets.in(document, given);
  }

  private static void add(List<String> given, @Nullable String secret) {
    if (secret != null) {
      given.add(secret);
    }
  }
}
