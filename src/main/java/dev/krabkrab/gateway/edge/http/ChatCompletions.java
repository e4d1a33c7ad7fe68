package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.runs.RunKind;
import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.agent.runs.RunRequest;
import dev.krabkrab.gateway.edge.http.AgentHttp.Runner;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/chat/completions}: an agent as OpenAI's clients know a model. Protocol 04 §20.
 */
final class ChatCompletions {
  static final int MOST_BYTES = 1024 * 1024;

  private final HttpRuns runs;
  private final Runner runner;
  private final InputFiles files;
  private final Supplier<InputFiles.Addresses> addresses;
  private final InstantSource clock;

  ChatCompletions(
      HttpRuns runs,
      InputFiles files,
      Supplier<InputFiles.Addresses> addresses,
      InstantSource clock) {
    this.runs = runs;
    this.runner = runs.runner();
    this.files = files;
    this.addresses = addresses;
    this.clock = clock;
  }

  void handle(OpenRequest visit, Buffer body) {
    HttpBody.parsed(body, ParsedBody::of)
        .compose(this::settled)
        .map(parsed -> answer(visit, parsed.body(), Objects.requireNonNull(parsed.prompt())))
        .onFailure(bad -> visit.fail(AgentHttp.refusal(bad)));
  }

  /**
   * @param prompt null while pictures are missing
   */
  private record ParsedBody(ObjectNode body, @Nullable Prompt prompt) {
    static ParsedBody of(ObjectNode body) {
      JsonNode messages = body.path("messages");
      return new ParsedBody(body, InputFiles.any(messages) ? null : Prompt.ofChat(messages));
    }
  }

  private Future<ParsedBody> settled(ParsedBody parsed) {
    JsonNode messages = parsed.body().path("messages");
    return parsed.prompt() != null
        ? Future.succeededFuture(parsed)
        : files
            .settle(messages, addresses.get())
            .compose(
                all ->
                    InputFiles.aside(() -> new ParsedBody(parsed.body(), Prompt.ofChat(messages))));
  }

  private record Reply(String id, String model, long created) {
    ObjectNode head(String object) {
      return Json.object()
          .put("id", id)
          .put("object", object)
          .put("created", created)
          .put("model", model);
    }
  }

  private @Nullable Void answer(OpenRequest visit, ObjectNode body, Prompt prompt) {
    HttpServerRequest request = visit.request();
    if (visit.isOver()) {
      return null;
    }
    if (prompt.message().isBlank() && prompt.images().isEmpty()) {
      throw new BadBody(400, "Missing user message in `messages`.");
    }
    Reply reply =
        new Reply("chatcmpl_" + runner.newId(), AgentHttp.model(body), clock.millis() / 1000);
    RunRequest run =
        new RunRequest(
            reply.id(),
            RunKind.HTTP,
            AgentHttp.session(request, body, "openai", runner),
            prompt.message(),
            prompt.images(),
            null,
            null,
            prompt.instructions(),
            0);
    if (body.path("stream").asBoolean()) {
      boolean usage = body.at("/stream_options/include_usage").asBoolean();
      stream(visit, run, reply, usage);
    } else {
      request.response().closeHandler(gone -> runs.abort(run));
      visit.onWithdrawn(
          () -> {
            visit.fail(OpenRequest.withdrawnFailure());
            runs.abort(run);
          });
      runs.run(visit, run, piece -> {})
          .onSuccess(outcome -> whole(visit, reply, outcome))
          .onFailure(failed -> visit.fail(AgentHttp.refusal(failed)));
    }
    return null;
  }

  private static void whole(OpenRequest visit, Reply reply, RunOutcome outcome) {
    if (outcome.isFailure()) {
      visit.fail(HttpFailure.error(500, "Error: " + outcome.error(), "api_error"));
      return;
    }
    ObjectNode json = reply.head("chat.completion");
    ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
    choice
        .putObject("message")
        .put("role", "assistant")
        .put("content", outcome.text().isEmpty() ? AgentHttp.NO_ANSWER : outcome.text());
    choice.put("finish_reason", "stop");
    json.set("usage", usage(outcome));
    Answers.json(visit.context(), 200, json);
  }

  private void stream(OpenRequest visit, RunRequest run, Reply reply, boolean withUsage) {
    EventStream events = EventStream.open(visit.request());
    events.onGone(() -> runs.abort(run));
    visit.onWithdrawn(
        () -> {
          events.data(Answers.error(OpenRequest.WITHDRAWN, Answers.UNAUTHORIZED));
          events.end();
          runs.abort(run);
        });
    events.data(chunk(reply, Json.object().put("role", "assistant").put("content", ""), null));
    boolean[] spoken = {false};
    runs.run(
            visit,
            run,
            piece -> {
              spoken[0] = true;
              events.data(chunk(reply, Json.object().put("content", piece), null));
            })
        .onSuccess(
            outcome -> {
              if (outcome.isFailure()) {
                events.data(Answers.error("Error: " + outcome.error(), "api_error"));
              } else {
                if (!spoken[0]) {
                  String all = outcome.text().isEmpty() ? AgentHttp.NO_ANSWER : outcome.text();
                  events.data(chunk(reply, Json.object().put("content", all), null));
                }
                finish(events, reply, outcome, withUsage);
              }
              events.end();
            })
        .onFailure(
            failed -> {
              events.data(Answers.error("Error: " + failed.getMessage(), "api_error"));
              events.end();
            });
  }

  private static void finish(
      EventStream events, Reply reply, RunOutcome outcome, boolean withUsage) {
    events.data(chunk(reply, Json.object(), "stop"));
    if (withUsage) {
      ObjectNode last = reply.head("chat.completion.chunk");
      last.putArray("choices");
      last.set("usage", usage(outcome));
      events.data(last);
    }
  }

  private static ObjectNode chunk(Reply reply, ObjectNode delta, @Nullable String reason) {
    ObjectNode json = reply.head("chat.completion.chunk");
    ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", reason);
    return json;
  }

  private static ObjectNode usage(RunOutcome outcome) {
    RunTokens tokens = RunTokens.of(outcome);
    return Json.object()
        .put("prompt_tokens", tokens.input())
        .put("completion_tokens", tokens.output())
        .put("total_tokens", tokens.total());
  }

  /** {@code GET /v1/models}: the agents that can be used here. */
  static ObjectNode models(List<String> agents, long created) {
    ObjectNode json = Json.object().put("object", "list");
    var rows = json.putArray("data");
    for (String agent : agents) {
      rows.addObject()
          .put("id", "openclaw:" + agent)
          .put("object", "model")
          .put("created", created)
          .put("owned_by", "krabkrab");
    }
    return json;
  }
}
