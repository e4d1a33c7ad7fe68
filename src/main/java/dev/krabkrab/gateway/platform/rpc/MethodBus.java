package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Carries calls from gateway verticles to the worker verticle that serves the method. Calls stay in
 * this process and are passed by reference.
 */
public final class MethodBus {
  private static final String ADDRESS = "rpc.";
  private static final String CODEC = "rpc-call";
  private static final DeliveryOptions LOCAL =
      new DeliveryOptions().setLocalOnly(true).setCodecName(CODEC);

  private final EventBus bus;
  private final Set<String> served = ConcurrentHashMap.newKeySet();
  private final Set<String> working = ConcurrentHashMap.newKeySet();

  public MethodBus(Vertx vertx) {
    this.bus = vertx.eventBus();
    bus.registerCodec(new ByReference());
  }

  /** Serves the methods on the calling verticle's context from now on. */
  public void serve(Map<String, MethodHandler> handlers) {
    serveUnlisted(handlers);
    working.addAll(handlers.keySet());
  }

  /**
   * The same for methods that only refuse in words of their own; they are not listed for clients.
   */
  public void serveUnlisted(Map<String, MethodHandler> handlers) {
    handlers.forEach(
        (name, handler) -> {
          if (MethodCatalog.find(name) == null) {
            throw new IllegalArgumentException("not in the catalogue: " + name);
          }
          bus.<Call>localConsumer(ADDRESS + name, message -> run(handler, message.body()));
          served.add(name);
        });
  }

  public boolean serves(String method) {
    return served.contains(method);
  }

  /** What {@code hello-ok.features.methods} names: listed methods that do their work here. */
  public List<String> listed() {
    return MethodCatalog.all()
        .filter(spec -> spec.listed() && working.contains(spec.name()))
        .map(MethodSpec::name)
        .toList();
  }

  void send(Call call) {
    bus.send(ADDRESS + call.method().name(), call, LOCAL);
  }

  private static void run(MethodHandler handler, Call call) {
    Future<JsonText> answer;
    try {
      answer = handler.handle(call);
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    answer.onComplete(
        payload -> call.replies().ok(payload),
        cause ->
            call.replies()
                .failed(
                    Failures.toError(call, cause),
                    cause instanceof GatewayError refusal ? refusal.payload() : null));
  }

  private static final class ByReference implements MessageCodec<Call, Call> {
    @Override
    public void encodeToWire(Buffer buffer, Call call) {
      throw new UnsupportedOperationException("calls do not leave the process");
    }

    @Override
    public Call decodeFromWire(int position, Buffer buffer) {
      throw new UnsupportedOperationException("calls do not leave the process");
    }

    @Override
    public Call transform(Call call) {
      return call;
    }

    @Override
    public String name() {
      return CODEC;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
