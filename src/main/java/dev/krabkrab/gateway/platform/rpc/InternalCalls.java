package dev.krabkrab.gateway.platform.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Calls methods from inside the gateway, as a client without a socket would. What the caller may do
 * is checked as for any other; parameters are the callers' own business.
 */
public final class InternalCalls {
  private final MethodBus bus;
  private final Ids ids;

  public InternalCalls(MethodBus bus, Ids ids) {
    this.bus = bus;
    this.ids = ids;
  }

  /**
   * Calls a method.
   *
   * @param waiting false once nobody wants the answer any more
   * @return the payload, on the calling context; fails with {@link GatewayError}
   */
  public Future<JsonNode> call(
      String method, Caller caller, ObjectNode params, BooleanSupplier waiting) {
    MethodSpec spec = MethodCatalog.find(method);
    if (spec == null || !bus.serves(method)) {
      return Future.failedFuture(GatewayError.unavailable(method + " is not available"));
    }
    ErrorShape refusal = spec.access().refusal(caller);
    if (refusal != null) {
      return Future.failedFuture(new GatewayError(refusal));
    }
    Context home = Objects.requireNonNull(Vertx.currentContext(), "not on a context");
    Promise<JsonNode> answer = Promise.promise();
    bus.send(new Call(spec, ids.uuid(), caller, params, new Reply(home, answer, waiting)));
    return answer.future();
  }

  private record Reply(Context home, Promise<JsonNode> answer, BooleanSupplier waiting)
      implements ReplySink {
    @Override
    public void ok(JsonText payload) {
      home.runOnContext(
          here -> {
            JsonNode parsed = Json.tryParse(payload.toString());
            answer.tryComplete(parsed == null ? Json.object() : parsed);
          });
    }

    @Override
    public void failed(ErrorShape error) {
      home.runOnContext(here -> answer.tryFail(new GatewayError(error)));
    }

    @Override
    public boolean open() {
      return waiting.getAsBoolean();
    }
  }
}
