package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.runs.RunKind;
import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.agent.runs.RunRequest;
import dev.krabkrab.gateway.edge.http.AgentHttp.Runner;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
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
        .map(parsed -> answer(visit, parsed.body(), Objects.requireNonNull(parsed.input())))
        .onFailure(bad -> visit.fail(AgentHttp.refusal(bad)));
  }

  /**
   * @param input null while pictures are missing
   */
  private record ParsedBody(ObjectNode body, @Nullable ChatInput input) {
    static ParsedBody of(ObjectNode body) {
      ChatInput.check(body);
      boolean settled = !InputFiles.any(body.path("messages"));
      return new ParsedBody(body, settled ? ChatInput.read(body) : null);
    }
  }

  private Future<ParsedBody> settled(ParsedBody parsed) {
    ObjectNode body = parsed.body();
    return parsed.input() != null
        ? Future.succeededFuture(parsed)
        : files
            .settle(body.path("messages"), addresses.get())
            .compose(all -> InputFiles.aside(() -> new ParsedBody(body, ChatInput.read(body))));
  }

  private @Nullable Void answer(OpenRequest visit, ObjectNode body, ChatInput input) {
    if (visit.isOver()) {
      return null;
    }
    if (input.isEmpty()) {
      throw new BadBody(400, "Missing user message in `messages`.");
    }
    ChatReply reply =
        new ChatReply("chatcmpl_" + runner.newId(), AgentHttp.model(body), clock.millis() / 1000);
    RunRequest run = request(visit.request(), body, input, reply);
    if (body.path("stream").asBoolean()) {
      boolean usage = body.at("/stream_options/include_usage").asBoolean();
      new Streamed(runs, visit, run, reply, usage).go();
    } else {
      visit.request().response().closeHandler(gone -> runs.abort(run));
      visit.onWithdrawn(
          () -> {
            visit.fail(OpenRequest.withdrawnFailure());
            runs.abort(run);
          });
      runs.run(visit, run, AgentHttp.UNREAD)
          .onSuccess(outcome -> whole(visit, reply, outcome))
          .onFailure(failed -> visit.fail(AgentHttp.refusal(failed)));
    }
    return null;
  }

  private RunRequest request(
      HttpServerRequest request, ObjectNode body, ChatInput input, ChatReply reply) {
    boolean kept = AgentSession.isKept(request, body);
    Prompt prompt = input.prompt();
    return new RunRequest(
            reply.id(),
            RunKind.HTTP,
            AgentSession.of(request, body, "openai", runner),
            input.goesOn(kept) ? "" : prompt.message(),
            prompt.images(),
            null,
            null,
            prompt.instructions(),
            0)
        .sharedWith(input.client(kept));
  }

  private static void whole(OpenRequest visit, ChatReply reply, RunOutcome outcome) {
    if (outcome.isFailure()) {
      visit.fail(HttpFailure.error(500, "Error: " + outcome.error(), "api_error"));
    } else {
      Answers.json(visit.context(), 200, reply.whole(outcome));
    }
  }

  /** The chunks of one answer. */
  private static final class Streamed extends StreamedRun {
    private final ChatReply reply;
    private final boolean withUsage;
    private boolean spoken;

    private Streamed(
        HttpRuns runs, OpenRequest visit, RunRequest run, ChatReply reply, boolean withUsage) {
      super(runs, visit, run);
      this.reply = reply;
      this.withUsage = withUsage;
    }

    @Override
    void start(EventStream events) {
      events.data(reply.first());
    }

    @Override
    void write(EventStream events, String piece) {
      spoken = true;
      events.data(reply.piece(piece));
    }

    @Override
    void finish(EventStream events, RunOutcome outcome) {
      if (outcome.isFailure()) {
        fail(events, String.valueOf(outcome.error()));
        return;
      }
      ObjectNode called = reply.called(outcome);
      if (called != null) {
        events.data(called);
      } else if (!spoken) {
        events.data(reply.piece(ChatReply.text(outcome)));
      }
      events.data(reply.last(outcome));
      if (withUsage) {
        events.data(reply.taken(outcome));
      }
    }

    @Override
    void fail(EventStream events, String why) {
      events.data(Answers.apiError("Error: " + why, "api_error"));
    }

    @Override
    void withdraw(EventStream events) {
      events.data(Answers.apiError(OpenRequest.WITHDRAWN, Answers.UNAUTHORIZED));
    }
  }
}
