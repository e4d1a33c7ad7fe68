package dev.krabkrab.gateway.platform.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Script runs that wait for replicas. They have a connection of their own, because {@code WAIT}
 * holds up whatever is pipelined behind it. Used on the link's context only.
 */
final class DurableWrites {

  private final RedisLink link;
  private final RedisSettings settings;

  DurableWrites(RedisLink link, RedisSettings settings) {
    this.link = link;
    this.settings = settings;
  }

  Future<Response> run(LuaScript script, List<String> keys, List<String> args) {
    RedisConnection connection = link.connection();
    if (connection == null) {
      return Future.failedFuture(new RedisUnavailableException("Redis is not connected"));
    }
    if (settings.mode() == RedisSettings.Mode.CLUSTER) {
      return runOnOneNode(connection, script, keys, args);
    }
    return link.run(script, keys, args)
        .compose(
            answer -> {
              // A new connection has written nothing yet, so its WAIT would say yes to anything.
              if (link.connection() != connection) {
                return notAcknowledged();
              }
              return link.send(acknowledgement())
                  .compose(replicas -> acknowledged(replicas, answer));
            });
  }

  Future<Void> close() {
    return link.close();
  }

  /** In a cluster only a batch is sure to send both commands to the same node. */
  private Future<Response> runOnOneNode(
      RedisConnection connection, LuaScript script, List<String> keys, List<String> args) {
    Request run = SentScripts.byText(script, keys, args);
    return connection
        .batch(List.of(run, acknowledgement()))
        .timeout(settings.commandTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> Future.failedFuture(Failures.translate(cause)))
        .compose(
            answers -> {
              // In a batch an error reply is an answer like any other.
              Response answer = answers.get(0);
              return answer instanceof ErrorType error
                  ? Future.failedFuture(Failures.counted(error, settings.metrics()))
                  : acknowledged(answers.get(1), answer);
            });
  }

  private Request acknowledgement() {
    long patience = settings.commandTimeout().toMillis() * 3 / 4;
    return Request.cmd(Command.WAIT).arg(settings.minReplicasAck()).arg(patience);
  }

  private Future<Response> acknowledged(Response replicas, Response answer) {
    return Replies.number(replicas) >= settings.minReplicasAck()
        ? Future.succeededFuture(answer)
        : notAcknowledged();
  }

  private Future<Response> notAcknowledged() {
    return Future.failedFuture(
        new RedisUnavailableException(
            "fewer than " + settings.minReplicasAck() + " replicas acknowledged the write"));
  }
}
