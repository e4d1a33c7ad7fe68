package dev.krabkrab.gateway.http;

import dev.krabkrab.gateway.http.AgentHttp.Runner;
import dev.krabkrab.gateway.http.HttpGuard.Verdict;
import dev.krabkrab.gateway.http.ToolsInvoke.ToolRunner;
import dev.krabkrab.gateway.media.PdfService;
import dev.krabkrab.gateway.rpc.Access;
import dev.krabkrab.gateway.rpc.MethodCatalog;
import dev.krabkrab.gateway.tools.FetchService;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP surface beside the WebSocket: agents as OpenAI's clients know models, and their tools.
 * What is switched off is not there. For one event loop. Protocol 04 §19.
 */
public final class ApiHttp implements Handler<HttpServerRequest> {
  private static final String ASK = "chat.send";
  private static final String LIST = "agents.list";

  private final HttpGuard guard;
  private final OpenVisits visits;
  private final HttpTrail trail;
  private final Supplier<Switches> switches;
  private final Supplier<List<String>> agents;
  private final Handler<HttpServerRequest> otherwise;
  private final ChatCompletions chat;
  private final Responses responses;
  private final ToolsInvoke tools;
  private final InstantSource clock;

  /**
   * {@code gateway.http.endpoints}, off by default.
   *
   * @param chat {@code chatCompletions.enabled}
   * @param responses {@code responses.enabled}
   * @param chatImageUrls {@code chatCompletions.images.allowUrl}, on by default
   * @param imageUrls {@code responses.images.allowUrl}, on by default
   * @param fileUrls {@code responses.files.allowUrl}, on by default
   */
  public record Switches(
      boolean chat, boolean responses, boolean chatImageUrls, boolean imageUrls, boolean fileUrls) {
    private InputFiles.Addresses ofChat() {
      return new InputFiles.Addresses(chatImageUrls, false);
    }

    private InputFiles.Addresses ofResponses() {
      return new InputFiles.Addresses(imageUrls, fileUrls);
    }
  }

  /** Uses tools and carries runs out for requests. */
  public interface Work extends Runner, ToolRunner {}

  /**
   * @param agents by their ids
   * @param otherwise answers what is nothing of this
   */
  public ApiHttp(
      HttpGuard guard,
      OpenVisits visits,
      HttpTrail trail,
      Supplier<Switches> switches,
      Supplier<List<String>> agents,
      Work work,
      FetchService fetch,
      PdfService pdfs,
      InstantSource clock,
      Handler<HttpServerRequest> otherwise) {
    this.guard = guard;
    this.visits = visits;
    this.trail = trail;
    this.switches = switches;
    this.agents = agents;
    this.otherwise = otherwise;
    InputFiles files = new InputFiles(fetch, pdfs);
    this.chat =
        new ChatCompletions(new HttpRuns(work, trail), files, () -> switches.get().ofChat(), clock);
    this.responses =
        new Responses(new HttpRuns(work, trail), files, () -> switches.get().ofResponses(), clock);
    this.tools = new ToolsInvoke(work, work, trail);
    this.clock = clock;
  }

  @Override
  public void handle(HttpServerRequest request) {
    Switches now = switches.get();
    String path = String.valueOf(request.path());
    switch (path) {
      case "/tools/invoke" -> guarded(request, HttpMethod.POST, null, tools::handle);
      case "/v1/responses" -> either(request, now.responses(), responses::handle);
      case "/v1/chat/completions" -> either(request, now.chat(), chat::handle);
      case "/v1/models" -> {
        if (now.chat() || now.responses()) {
          guarded(request, HttpMethod.GET, LIST, this::models);
        } else {
          otherwise.handle(request);
        }
      }
      default -> otherwise.handle(request);
    }
  }

  private void either(HttpServerRequest request, boolean enabled, Consumer<Visit> handler) {
    if (enabled) {
      guarded(request, HttpMethod.POST, ASK, handler);
    } else {
      otherwise.handle(request);
    }
  }

  /**
   * @param gate the method whose rights it takes; null where that depends on the body
   */
  private void guarded(
      HttpServerRequest request,
      HttpMethod method,
      @Nullable String gate,
      Consumer<Visit> handler) {
    if (request.method() != method) {
      Answers.notAllowed(request, method.name());
      return;
    }
    request.pause();
    guard
        .judge(request)
        .onSuccess(verdict -> judged(request, gate, handler, verdict))
        .onFailure(
            away ->
                Answers.error(
                    request, 503, "gateway state is unavailable; retry in a moment", "api_error"));
  }

  private void judged(
      HttpServerRequest request, @Nullable String gate, Consumer<Visit> handler, Verdict verdict) {
    String address = guard.client(request).clientIp();
    switch (verdict) {
      case Verdict.Welcome(Visitor visitor) -> {
        String missing = gate == null ? null : visitor.lacks(access(gate));
        if (missing == null) {
          handler.accept(visits.enter(request, visitor));
        } else {
          trail.lacks(visitor, String.valueOf(request.path()), missing);
          Answers.error(request, 403, missing, Answers.FORBIDDEN);
        }
      }
      case Verdict.Unauthorized no -> {
        trail.unauthorized(address, Answers.UNAUTHORIZED);
        Answers.error(request, 401, "Unauthorized", Answers.UNAUTHORIZED);
      }
      case Verdict.Forbidden(String why) -> {
        trail.unauthorized(address, Answers.FORBIDDEN);
        Answers.error(request, 403, why, Answers.FORBIDDEN);
      }
      case Verdict.LockedOut(long waitMs) -> Answers.lockedOut(request, waitMs);
    }
  }

  private static Access access(String method) {
    return Objects.requireNonNull(MethodCatalog.find(method), method).access();
  }

  private void models(Visit visit) {
    visit.request().resume();
    Answers.json(visit.request(), 200, ChatCompletions.models(agents.get(), clock.millis() / 1000));
  }
}
