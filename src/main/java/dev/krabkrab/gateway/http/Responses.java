package dev.krabkrab.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.http.AgentHttp.Runner;
import dev.krabkrab.gateway.http.HttpBody.BadBody;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.runs.RunKind;
import dev.krabkrab.gateway.runs.RunOutcome;
import dev.krabkrab.gateway.runs.RunRequest;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/responses}. Protocol 04 §21. Tools of the client are refused by name. */
final class Responses {
  private static final int MOST_BYTES = 20 * 1024 * 1024;

  private final Runner runner;
  private final InstantSource clock;

  Responses(Runner runner, InstantSource clock) {
    this.runner = runner;
    this.clock = clock;
  }

  void handle(HttpServerRequest request) {
    HttpBody.read(request, MOST_BYTES)
        .map(body -> new Asked(body, ResponsesInput.read(body)))
        .onSuccess(asked -> answer(request, asked))
        .onFailure(bad -> AgentHttp.refused(request, bad));
  }

  private record Asked(ObjectNode body, Prompt prompt) {}

  private record Reply(String id, String item, String model, long created) {
    ObjectNode object(String status) {
      return Json.object()
          .put("id", id)
          .put("object", "response")
          .put("created_at", created)
          .put("status", status)
          .put("model", model);
    }

    ObjectNode message(String status, @Nullable String text) {
      ObjectNode message =
          Json.object().put("type", "message").put("id", item).put("role", "assistant");
      var content = message.putArray("content");
      if (text != null) {
        content.add(part(text));
      }
      return message.put("status", status);
    }

    static ObjectNode part(String text) {
      ObjectNode part = Json.object().put("type", "output_text").put("text", text);
      part.putArray("annotations");
      return part;
    }
  }

  private void answer(HttpServerRequest request, Asked asked) {
    if (asked.prompt().message().isBlank()) {
      AgentHttp.refused(request, new BadBody(400, "Missing user message in `input`."));
      return;
    }
    Reply reply =
        new Reply(
            "resp_" + runner.newId(),
            "msg_" + runner.newId(),
            AgentHttp.model(asked.body()),
            clock.millis() / 1000);
    RunRequest run =
        new RunRequest(
            reply.id(),
            RunKind.HTTP,
            AgentHttp.session(request, asked.body(), "openresponses", runner),
            asked.prompt().message(),
            asked.prompt().images(),
            null,
            null,
            asked.prompt().instructions(),
            0);
    if (asked.body().path("stream").asBoolean()) {
      new Streamed(EventStream.open(request), reply).begin(run);
    } else {
      request.response().closeHandler(gone -> runner.abort(run.sessionKey(), run.runId()));
      runner
          .run(run, piece -> {})
          .onSuccess(
              outcome ->
                  Answers.json(request, outcome.isFailure() ? 500 : 200, ended(reply, outcome)))
          .onFailure(failed -> AgentHttp.refused(request, failed));
    }
  }

  private static ObjectNode ended(Reply reply, RunOutcome outcome) {
    if (outcome.isFailure()) {
      ObjectNode failed = reply.object("failed");
      failed.putArray("output");
      failed
          .putObject("error")
          .put("code", "api_error")
          .put("message", "Error: " + outcome.error());
      failed.set("usage", usage(outcome));
      return failed;
    }
    ObjectNode done = reply.object("completed");
    done.putArray("output").add(reply.message("completed", text(outcome)));
    done.set("usage", usage(outcome));
    return done;
  }

  private static String text(RunOutcome outcome) {
    return outcome.text().isEmpty() ? AgentHttp.NO_ANSWER : outcome.text();
  }

  private static ObjectNode usage(RunOutcome outcome) {
    RunTokens tokens = RunTokens.of(outcome);
    return Json.object()
        .put("input_tokens", tokens.input())
        .put("output_tokens", tokens.output())
        .put("total_tokens", tokens.total());
  }

  /** The named events of one answer. */
  private final class Streamed {
    private final EventStream events;
    private final Reply reply;
    private final StringBuilder said = new StringBuilder();
    private int number;

    private Streamed(EventStream events, Reply reply) {
      this.events = events;
      this.reply = reply;
    }

    private void begin(RunRequest run) {
      events.onGone(() -> runner.abort(run.sessionKey(), run.runId()));
      ObjectNode begun = reply.object("in_progress");
      begun.putArray("output");
      tell("response.created", Json.object().set("response", begun));
      tell("response.in_progress", Json.object().set("response", begun));
      ObjectNode item = Json.object().put("output_index", 0);
      item.set("item", reply.message("in_progress", null));
      tell("response.output_item.added", item);
      ObjectNode part = place();
      part.set("part", Reply.part(""));
      tell("response.content_part.added", part);
      runner
          .run(run, this::delta)
          .onSuccess(this::finish)
          .onFailure(failed -> finish(failure(failed)));
    }

    private static RunOutcome failure(Throwable cause) {
      return new RunOutcome(RunOutcome.Status.FAILED, "", String.valueOf(cause.getMessage()), null);
    }

    private void delta(String piece) {
      said.append(piece);
      tell("response.output_text.delta", place().put("delta", piece));
    }

    private void finish(RunOutcome outcome) {
      if (!outcome.isFailure()) {
        if (said.isEmpty()) {
          delta(text(outcome));
        }
        String all = said.toString();
        tell("response.output_text.done", place().put("text", all));
        ObjectNode part = place();
        part.set("part", Reply.part(all));
        tell("response.content_part.done", part);
        ObjectNode item = Json.object().put("output_index", 0);
        item.set("item", reply.message("completed", all));
        tell("response.output_item.done", item);
      }
      tell(
          outcome.isFailure() ? "response.failed" : "response.completed",
          Json.object().set("response", ended(reply, outcome)));
      events.end();
    }

    private ObjectNode place() {
      return Json.object()
          .put("item_id", reply.item())
          .put("output_index", 0)
          .put("content_index", 0);
    }

    private void tell(String type, JsonNode fields) {
      ObjectNode event = Json.object().put("type", type).put("sequence_number", number++);
      event.setAll((ObjectNode) fields);
      events.event(type, event);
    }
  }
}
