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
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/responses}. Protocol 04 §21. */
final class Responses {
  static final int MOST_BYTES = 20 * 1024 * 1024;

  private final HttpRuns runs;
  private final Runner runner;
  private final InputFiles files;
  private final Supplier<InputFiles.Addresses> addresses;
  private final ResponseSession sessions;
  private final InstantSource clock;

  Responses(
      HttpRuns runs,
      InputFiles files,
      Supplier<InputFiles.Addresses> addresses,
      InstantSource clock) {
    this.runs = runs;
    this.runner = runs.runner();
    this.files = files;
    this.addresses = addresses;
    this.sessions = new ResponseSession(runner);
    this.clock = clock;
  }

  void handle(OpenRequest visit, Buffer body) {
    HttpBody.parsed(body, ParsedBody::of)
        .compose(this::settled)
        .compose(parsed -> run(visit, parsed))
        .onFailure(bad -> visit.fail(AgentHttp.refusal(bad)));
  }

  /**
   * @param input null while files are missing
   */
  private record ParsedBody(ObjectNode body, @Nullable ResponsesInput input) {
    static ParsedBody of(ObjectNode body) {
      ResponsesInput.check(body);
      boolean settled = !InputFiles.any(body.path("input"));
      return new ParsedBody(body, settled ? ResponsesInput.read(body) : null);
    }
  }

  private Future<ParsedBody> settled(ParsedBody parsed) {
    ObjectNode body = parsed.body();
    return parsed.input() != null
        ? Future.succeededFuture(parsed)
        : files
            .settle(body.path("input"), addresses.get())
            .compose(
                all -> InputFiles.aside(() -> new ParsedBody(body, ResponsesInput.read(body))));
  }

  private Future<Void> run(OpenRequest visit, ParsedBody parsed) {
    HttpServerRequest request = visit.request();
    ResponsesInput input = Objects.requireNonNull(parsed.input());
    Prompt prompt = input.prompt();
    boolean nothing = prompt.message().isBlank() && prompt.images().isEmpty();
    if (nothing && input.client().outputs().isEmpty()) {
      throw new BadBody(400, "Missing user message in `input`.");
    }
    boolean store =
        !parsed.body().path("store").isBoolean() || parsed.body().path("store").asBoolean();
    ResponseReply reply =
        new ResponseReply(
            "resp_" + runner.newId(),
            "msg_" + runner.newId(),
            AgentHttp.model(parsed.body()),
            clock.millis() / 1000,
            ResponseSession.previous(request, parsed.body()),
            store);
    return sessions
        .of(request, parsed.body())
        .compose(
            session ->
                store
                    ? runner.keep(reply.id(), session).map(session)
                    : Future.succeededFuture(session))
        .onSuccess(session -> answer(visit, parsed.body(), reply, request(reply, session, input)))
        .mapEmpty();
  }

  private static RunRequest request(ResponseReply reply, String session, ResponsesInput input) {
    Prompt prompt = input.prompt();
    return new RunRequest(
            reply.id(),
            RunKind.HTTP,
            session,
            prompt.message(),
            prompt.images(),
            null,
            null,
            prompt.instructions(),
            0)
        .sharedWith(input.client());
  }

  private void answer(OpenRequest visit, ObjectNode body, ResponseReply reply, RunRequest run) {
    HttpServerRequest request = visit.request();
    if (visit.isOver()) {
      return;
    }
    if (body.path("stream").asBoolean()) {
      new Streamed(runs, visit, run, reply).go();
    } else {
      request.response().closeHandler(gone -> runs.abort(run));
      visit.onWithdrawn(
          () -> {
            visit.fail(HttpFailure.json(401, reply.finished(withdrawn())));
            runs.abort(run);
          });
      runs.run(visit, run, AgentHttp.UNREAD)
          .onSuccess(
              outcome -> {
                if (outcome.isFailure()) {
                  visit.fail(HttpFailure.json(500, reply.finished(outcome)));
                } else {
                  Answers.json(visit.context(), 200, reply.finished(outcome));
                }
              })
          .onFailure(failed -> visit.fail(AgentHttp.refusal(failed)));
    }
  }

  private static RunOutcome withdrawn() {
    return new RunOutcome(RunOutcome.Status.FAILED, "", OpenRequest.WITHDRAWN, null);
  }

  /** The named events of one answer. */
  private static final class Streamed extends StreamedRun {
    private final ResponseReply reply;
    private final StringBuilder said = new StringBuilder();
    private int number;

    private Streamed(HttpRuns runs, OpenRequest visit, RunRequest run, ResponseReply reply) {
      super(runs, visit, run);
      this.reply = reply;
    }

    @Override
    void start(EventStream events) {
      ObjectNode begun = reply.object("in_progress");
      emit(events, "response.created", Json.object().set("response", begun));
      emit(events, "response.in_progress", Json.object().set("response", begun));
    }

    @Override
    void fail(EventStream events, String why) {
      finish(events, new RunOutcome(RunOutcome.Status.FAILED, "", why, null));
    }

    @Override
    void withdraw(EventStream events) {
      finish(events, withdrawn());
    }

    @Override
    void write(EventStream events, String piece) {
      if (said.isEmpty()) {
        emit(events, "response.output_item.added", item(0, reply.message("in_progress", null)));
        ObjectNode part = place();
        part.set("part", ResponseReply.part(""));
        emit(events, "response.content_part.added", part);
      }
      said.append(piece);
      emit(events, "response.output_text.delta", words().put("delta", piece));
    }

    @Override
    void finish(EventStream events, RunOutcome outcome) {
      ObjectNode call = ResponseReply.call(outcome);
      if (!outcome.isFailure()) {
        if (said.isEmpty() && call == null) {
          write(events, ResponseReply.text(outcome));
        }
        if (!said.isEmpty()) {
          spoken(events, said.toString());
        }
        if (call != null) {
          called(events, call, said.isEmpty() ? 0 : 1);
        }
      }
      emit(
          events,
          outcome.isFailure() ? "response.failed" : "response.completed",
          Json.object().set("response", reply.finished(outcome)));
    }

    private void spoken(EventStream events, String all) {
      emit(events, "response.output_text.done", words().put("text", all));
      ObjectNode part = place();
      part.set("part", ResponseReply.part(all));
      emit(events, "response.content_part.done", part);
      emit(events, "response.output_item.done", item(0, reply.message("completed", all)));
    }

    private void called(EventStream events, ObjectNode call, int index) {
      String arguments = call.path("arguments").asText();
      ObjectNode begun = call.deepCopy().put("arguments", "").put("status", "in_progress");
      emit(events, "response.output_item.added", item(index, begun));
      ObjectNode place =
          Json.object().put("item_id", call.path("id").asText()).put("output_index", index);
      emit(
          events,
          "response.function_call_arguments.delta",
          place.deepCopy().put("delta", arguments));
      emit(
          events,
          "response.function_call_arguments.done",
          place.put("name", call.path("name").asText()).put("arguments", arguments));
      emit(events, "response.output_item.done", item(index, call));
    }

    private static ObjectNode item(int index, ObjectNode item) {
      ObjectNode json = Json.object().put("output_index", index);
      json.set("item", item);
      return json;
    }

    private ObjectNode words() {
      ObjectNode place = place();
      place.putArray("logprobs");
      return place;
    }

    private ObjectNode place() {
      return Json.object()
          .put("item_id", reply.item())
          .put("output_index", 0)
          .put("content_index", 0);
    }

    private void emit(EventStream events, String type, JsonNode fields) {
      ObjectNode event = Json.object().put("type", type).put("sequence_number", number++);
      event.setAll((ObjectNode) fields);
      events.event(type, event);
    }
  }
}
