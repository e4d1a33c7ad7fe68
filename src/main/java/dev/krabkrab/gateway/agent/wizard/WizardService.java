package dev.krabkrab.gateway.agent.wizard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.settings.DocumentChanges;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One dialogue for the whole deployment, each step of which may go to another instance. What it
 * found out goes into the gateway document with the last answer, and not before. Protocol 03 §14.
 */
public final class WizardService {
  private static final String CANCELLED = "cancelled";

  private final WizardStore store;
  private final DocumentChanges changes;
  private final Ids ids;
  private final InstantSource clock;

  public WizardService(RedisLink link, DocumentChanges changes, Ids ids, InstantSource clock) {
    this.store = new WizardStore(link);
    this.changes = changes;
    this.ids = ids;
    this.clock = clock;
  }

  /** Begins it; the payload of {@code wizard.start}. */
  Future<JsonText> start(boolean remote, String workspace) {
    WizardDialogue dialogue =
        new WizardDialogue(
            ids.uuid(), ids.uuid(), remote, workspace, ids.uuid().replace("-", ""), Json.object());
    WizardStep first = pending(dialogue).orElseThrow();
    return store
        .start(dialogue)
        .map(
            begun -> {
              if (!begun) {
                throw GatewayError.unavailable("wizard already running");
              }
              return JsonText.of(
                  running(Json.object().put("sessionId", dialogue.id()), first, dialogue.stepId()));
            });
  }

  /**
   * Goes on; the payload of {@code wizard.next}.
   *
   * @param answer with {@code stepId} and perhaps {@code value}, or null to hear the step again
   */
  Future<JsonText> next(Caller by, String id, @Nullable JsonNode answer) {
    return find(id)
        .compose(
            dialogue -> {
              WizardStep step = pending(dialogue).orElseThrow();
              if (answer == null) {
                return Future.succeededFuture(
                    JsonText.of(running(Json.object(), step, dialogue.stepId())));
              }
              if (!dialogue.stepId().equals(answer.path("stepId").asText())) {
                throw noPendingStep();
              }
              return answered(by, dialogue, step, answer.get("value"));
            });
  }

  private Future<JsonText> answered(
      Caller by, WizardDialogue dialogue, WizardStep step, @Nullable JsonNode value) {
    String problem = step.problem(value);
    if (problem != null) {
      return store.end(dialogue.id()).map(closed -> done("error", problem));
    }
    JsonNode kept = value == null ? BooleanNode.TRUE : value;
    WizardDialogue next = dialogue.with(step.key(), kept, ids.uuid());
    Optional<WizardStep> following = pending(next);
    if (following.isEmpty()) {
      return kept.asBoolean()
          ? finished(by, next)
          : store.end(dialogue.id()).map(closed -> done(CANCELLED, CANCELLED));
    }
    return store
        .move(dialogue.stepId(), next)
        .map(
            moved -> {
              if (!moved) {
                throw noPendingStep();
              }
              return JsonText.of(running(Json.object(), following.get(), next.stepId()));
            });
  }

  /** Written first: should the answer be lost, the same answer given again changes nothing. */
  private Future<JsonText> finished(Caller by, WizardDialogue dialogue) {
    return changes
        .change(by, content -> WizardResult.applied(content, dialogue, clock.instant()))
        .map(written -> done("done", null))
        .recover(
            failure ->
                failure instanceof GatewayError refusal
                    ? Future.succeededFuture(done("error", words(refusal)))
                    : Future.failedFuture(failure))
        .compose(reply -> store.end(dialogue.id()).map(reply));
  }

  /** With the first setting that is not right, since the answer has no room for more. */
  private static String words(GatewayError refusal) {
    JsonNode details = refusal.shape().details();
    JsonNode issue = details == null ? MissingNode.getInstance() : details.path("issues").path(0);
    String message = Objects.requireNonNull(refusal.getMessage());
    return issue.isMissingNode()
        ? message
        : message + ": " + issue.path("path").asText() + ": " + issue.path("message").asText();
  }

  /** The payload of {@code wizard.status}. */
  Future<JsonText> status(String id) {
    return find(id).map(found -> JsonText.of(Json.object().put("status", "running")));
  }

  /** Ends it without a change; the payload of {@code wizard.cancel}. */
  Future<JsonText> cancel(String id) {
    return store
        .end(id)
        .map(
            existed -> {
              if (!existed) {
                throw notFound();
              }
              return JsonText.of(Json.object().put("status", CANCELLED).put("error", CANCELLED));
            });
  }

  private Future<WizardDialogue> find(String id) {
    return store.find(id).map(found -> found.orElseThrow(WizardService::notFound));
  }

  private static Optional<WizardStep> pending(WizardDialogue dialogue) {
    return WizardScript.next(dialogue);
  }

  private static ObjectNode running(ObjectNode json, WizardStep step, String stepId) {
    json.put("done", false).set("step", step.toJson(stepId));
    return json.put("status", "running");
  }

  private static JsonText done(String status, @Nullable String error) {
    ObjectNode json = Json.object().put("done", true).put("status", status);
    Json.putIfPresent(json, "error", error);
    return JsonText.of(json);
  }

  private static GatewayError notFound() {
    return GatewayError.invalid("wizard not found");
  }

  private static GatewayError noPendingStep() {
    return GatewayError.invalid("Error: wizard: no pending step");
  }
}
