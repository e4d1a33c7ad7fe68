package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code exec}: runs a command on a node, after a human agreed where the policy wants that.
 * Protocol 02 §2.4, §4.
 */
public final class ExecTool implements GatewayTool {
  private static final String RUN = "system.run";
  private static final long DECISION_MS = 120_000;
  private static final long DEFAULT_RUN_MS = 60_000;
  private static final long LONGEST_RUN_MS = 600_000;
  private static final long WATCH_MS = 500;
  private static final long WHICH_MS = 5_000;
  private static final int MOST_OUTPUT = 30_000;

  private final AgentCaller hands;
  private final Supplier<ObjectNode> document;
  private final Ids ids;
  private final Predicate<List<String>> rules;

  /**
   * @param document the gateway document in force
   * @param rules whether these words can be allowed always
   */
  ExecTool(
      AgentCaller hands, Supplier<ObjectNode> document, Ids ids, Predicate<List<String>> rules) {
    this.hands = hands.with(Set.of("operator.admin"));
    this.document = document;
    this.ids = ids;
    this.rules = rules;
  }

  @Override
  public String name() {
    return "exec";
  }

  @Override
  public List<String> methods() {
    return List.of("node.list", "node.invoke");
  }

  @Override
  public String description() {
    return "Runs a shell command on a connected node and returns its output. A human may have to"
        + " agree first; when it is refused, do not try to get around that.";
  }

  @Override
  public ObjectNode parameters() {
    return Json.parseObject(
        """
        {"type":"object","properties":{
          "command":{"type":"string","description":"the shell command"},
          "node":{"type":"string","description":"id or name of the node; may be left out when one is connected"},
          "cwd":{"type":"string","description":"folder to run it in"},
          "timeoutMs":{"type":"integer","description":"longest time it may take, in milliseconds"}},
         "required":["command"]}\
        """);
  }

  @Override
  public Future<Result> call(Use use, ObjectNode arguments) {
    String command = Json.nonBlank(arguments, "command");
    if (command == null) {
      return Future.succeededFuture(Result.failed("command required"));
    }
    long timeout = arguments.path("timeoutMs").asLong(DEFAULT_RUN_MS);
    return hands
        .call(use, "node.list", Json.object())
        .map(list -> NodeChoice.of(list, RUN, Json.nonBlank(arguments, "node")))
        .compose(
            node ->
                judge(
                    ExecRequest.inShell(
                        use,
                        command,
                        node,
                        Json.nonBlank(arguments, "cwd"),
                        Math.clamp(timeout, 1, LONGEST_RUN_MS))));
  }

  private Future<Result> judge(ExecRequest order) {
    return hands
        .call(order.use(), "exec.approvals.get", Json.object())
        .compose(
            answer -> {
              ExecPolicy policy =
                  ExecPolicy.of(
                      answer.path("file"), document.get().at("/tools/exec"), order.use().agentId());
              return switch (policy.judge(order.command())) {
                case REFUSE -> Future.succeededFuture(refused("the exec policy does not allow it"));
                case RUN -> run(order, null, null);
                case ASK -> withoutShell(order).compose(plain -> ask(plain, policy));
              };
            });
  }

  /** What needs no shell is requested with its program's path, so that it can be allowed always. */
  private Future<ExecRequest> withoutShell(ExecRequest order) {
    String program = order.programToFind(rules);
    if (program == null) {
      return Future.succeededFuture(order.direct("", rules));
    }
    ObjectNode bins = Json.object();
    bins.putArray("bins").add(program);
    return invoke(order, ExecRequest.WHICH, bins, WHICH_MS)
        .map(answer -> order.direct(answer.at("/payload/bins").path(program).asText(""), rules))
        .otherwise(order);
  }

  /** People are asked about what the node will run, so it is asked first where it wants to plan. */
  private Future<Result> ask(ExecRequest order, ExecPolicy policy) {
    return order.isToBePrepared()
        ? invoke(order, ExecRequest.PREPARE, order.preparation(), order.timeoutMs() + 5_000)
            .compose(answer -> askPeople(order.planned(answer.path("payload")), policy))
        : askPeople(order, policy);
  }

  private Future<Result> askPeople(ExecRequest order, ExecPolicy policy) {
    String id = ids.uuid();
    ObjectNode params =
        order
            .question()
            .put("id", id)
            .put("security", policy.security().name().toLowerCase(Locale.ROOT))
            .put("ask", policy.ask() == ExecPolicy.Ask.ALWAYS ? "always" : "on-miss")
            .put("timeoutMs", DECISION_MS);
    return order
        .use()
        .run()
        .waitingForApproval(() -> requestApproval(order.use(), id, params))
        .compose(
            answer -> {
              String decision = answer.path("decision").asText("");
              if (order.use().run().isOver()) {
                return Future.succeededFuture(refused("the run is over"));
              }
              return switch (decision) {
                case "allow-once", "allow-always" -> run(order, id, decision);
                case "deny" -> Future.succeededFuture(refused(denied(answer)));
                default ->
                    policy.runsUndecided(order.command())
                        ? run(order, null, null)
                        : Future.succeededFuture(refused("nobody decided in time"));
              };
            });
  }

  /** Asks, and takes the question back when nobody waits for its answer any more. */
  private Future<JsonNode> requestApproval(Use use, String id, ObjectNode params) {
    Vertx vertx = Objects.requireNonNull(Vertx.currentContext(), "not on a context").owner();
    long watch =
        vertx.setPeriodic(
            WATCH_MS,
            timer -> {
              if (use.run().isOver()) {
                vertx.cancelTimer(timer);
                ObjectNode deny = Json.object().put("id", id).put("decision", "deny");
                hands.takeBack(
                    use,
                    "exec.approval.resolve",
                    deny.put("reason", "nobody waits for it any more"));
              }
            });
    return hands
        .call(use, "exec.approval.request", params)
        .onComplete(decided -> vertx.cancelTimer(watch));
  }

  /** What people wrote is passed on as one line of theirs. */
  private static String denied(JsonNode answer) {
    String reason = Json.nonBlank(answer, "reason");
    return reason == null
        ? "a human denied it"
        : "denied by "
            + SafeText.line(answer.at("/resolver/label").asText("a human"))
            + ": "
            + SafeText.line(reason);
  }

  private static Result refused(String why) {
    return new Result(
        "The command was not run: " + why + ".",
        Json.object().put("status", "denied").put("reason", why),
        true);
  }

  private Future<Result> run(
      ExecRequest order, @Nullable String approval, @Nullable String decision) {
    ObjectNode inner = order.run();
    if (approval != null) {
      inner.put("runId", approval).put("approved", true).put("approvalDecision", decision);
    }
    return invoke(order, RUN, inner, order.timeoutMs() + 5_000)
        .map(answer -> result(answer.path("payload")));
  }

  private Future<JsonNode> invoke(
      ExecRequest order, String command, ObjectNode inner, long timeoutMs) {
    ObjectNode params =
        Json.object()
            .put("nodeId", order.node().id())
            .put("command", command)
            .put("timeoutMs", timeoutMs)
            .put("idempotencyKey", ids.uuid());
    params.set("params", inner);
    return hands.call(order.use(), "node.invoke", params);
  }

  private static Result result(JsonNode payload) {
    StringBuilder text = new StringBuilder();
    append(text, payload.path("stdout").asText(""));
    append(text, payload.path("stderr").asText(""));
    append(text, payload.path("error").asText(""));
    int code = payload.path("exitCode").asInt(0);
    boolean late = payload.path("timedOut").asBoolean();
    if (late) {
      append(text, "(timed out)");
    } else if (code != 0) {
      append(text, "(exit code " + code + ")");
    } else if (text.isEmpty()) {
      append(text, "(no output)");
    }
    ObjectNode details = Json.object().put("status", "completed").put("exitCode", code);
    return new Result(cut(text.toString()), details, late || code != 0);
  }

  private static void append(StringBuilder text, String more) {
    if (!more.isBlank()) {
      text.append(text.isEmpty() ? "" : "\n").append(more.stripTrailing());
    }
  }

  private static String cut(String text) {
    return text.length() <= MOST_OUTPUT
        ? text
        : text.substring(0, MOST_OUTPUT / 2)
            + "\n… ("
            + (text.length() - MOST_OUTPUT)
            + " characters left out) …\n"
            + text.substring(text.length() - MOST_OUTPUT / 2);
  }
}
