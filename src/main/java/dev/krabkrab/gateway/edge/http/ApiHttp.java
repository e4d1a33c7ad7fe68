package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.edge.http.AgentHttp.Runner;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import dev.krabkrab.gateway.edge.http.ToolsInvoke.ToolRunner;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP surface beside the WebSocket: agents as OpenAI's clients know models, and their tools.
 * What is switched off is not there. For one event loop. Protocol 04 §19.
 */
public final class ApiHttp {
  private static final String ASK = "chat.send";
  private static final String LIST = "agents.list";

  private final HttpAuthentication access;
  private final Supplier<Switches> switches;
  private final ChatCompletions chat;
  private final Responses responses;
  private final ToolsInvoke tools;
  private final Models models;

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
   */
  public ApiHttp(
      HttpAuthentication access,
      Supplier<Switches> switches,
      Supplier<List<String>> agents,
      Work work,
      InputFiles files,
      InstantSource clock) {
    this.access = access;
    this.switches = switches;
    HttpRuns runs = new HttpRuns(work, access.trail());
    this.chat = new ChatCompletions(runs, files, () -> switches.get().ofChat(), clock);
    this.responses = new Responses(runs, files, () -> switches.get().ofResponses(), clock);
    this.tools = new ToolsInvoke(work, work, access.trail());
    this.models = new Models(agents, work, clock);
  }

  void mount(Routes routes) {
    routes
        .serve(
            Endpoint.TOOLS_INVOKE, () -> true, guarded(null, ToolsInvoke.MOST_BYTES, tools::handle))
        .serve(
            Endpoint.RESPONSES,
            () -> switches.get().responses(),
            guarded(ASK, Responses.MOST_BYTES, responses::handle))
        .serve(
            Endpoint.CHAT_COMPLETIONS,
            () -> switches.get().chat(),
            guarded(ASK, ChatCompletions.MOST_BYTES, chat::handle))
        .serve(
            Endpoint.MODELS,
            () -> switches.get().chat() || switches.get().responses(),
            List.of(access.asking(LIST), this::models))
        .serve(
            Endpoint.MODEL,
            () -> switches.get().chat() || switches.get().responses(),
            List.of(access.asking(LIST), this::model));
  }

  /** Whoever is let in is read, and then served. */
  private List<Handler<RoutingContext>> guarded(
      @Nullable String gate, int most, BiConsumer<OpenRequest, Buffer> handler) {
    return List.of(
        access.asking(gate),
        new BoundedBody(most, AgentHttp::refusal),
        context -> handler.accept(OpenRequest.of(context), BoundedBody.take(context)));
  }

  private void models(RoutingContext context) {
    context.request().resume();
    Answers.json(context, 200, models.list());
  }

  private void model(RoutingContext context) {
    context.request().resume();
    try {
      Answers.json(context, 200, models.named(String.valueOf(context.pathParam("model"))));
    } catch (BadBody unknown) {
      context.fail(AgentHttp.refusal(unknown));
    }
  }
}
