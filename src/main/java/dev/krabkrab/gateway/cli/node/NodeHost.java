package dev.krabkrab.gateway.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does what a gateway asks of a node: runs commands, looks for programs, shows and changes its own
 * policy. For any thread; {@link #answer} blocks until the answer is there. Protocol 02 §13, §14.
 */
public final class NodeHost {
  private static final int MOST_BINS = 200;
  private static final Duration TOLD_AFTER = Duration.ofSeconds(10);
  private static final String RUN = "system.run";
  private static final String PREPARE = "system.run.prepare";
  private static final String WHICH = "system.which";
  private static final String GET = "system.execApprovals.get";
  private static final String SET = "system.execApprovals.set";

  /** Told what happens to commands, for the conversation they belong to. */
  public interface Observer {
    /** One of {@code exec.started}, {@code exec.finished}, {@code exec.denied}. */
    void happened(String event, ObjectNode payload);
  }

  /**
   * What a node is like.
   *
   * @param home folder of commands that name none
   * @param mostRuns commands that run at once
   * @param policyLocked whether only its owner may change the policy, here
   */
  public record Settings(Path home, int mostRuns, boolean policyLocked) {}

  private final Settings settings;
  private final Programs programs;
  private final RunEnvironment environment;
  private final PolicyFile policy;
  private final Ids ids;
  private final Semaphore room;
  private final Map<String, CommandRun> running = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  public NodeHost(
      Settings settings,
      Programs programs,
      RunEnvironment environment,
      PolicyFile policy,
      Ids ids) {
    this.settings = settings;
    this.programs = programs;
    this.environment = environment;
    this.policy = policy;
    this.ids = ids;
    this.room = new Semaphore(settings.mostRuns());
  }

  /** The commands it declares. */
  public List<String> commands() {
    List<String> all = new ArrayList<>(List.of(RUN, PREPARE, WHICH, GET));
    if (!settings.policyLocked()) {
      all.add(SET);
    }
    return all;
  }

  /**
   * Does what was asked and returns the answer's payload.
   *
   * @param id of the request, by which it can be cancelled
   * @param params as they came; null for none
   * @param most characters that the answer may have when it is written as a text in JSON
   * @throws NodeRefusal when it does not
   */
  public ObjectNode answer(
      String id, String command, @Nullable String params, int most, Observer observer) {
    JsonNode given = params == null ? Json.object() : Json.tryParse(params);
    if (!(given instanceof ObjectNode object)) {
      throw NodeRefusal.invalid("Error: INVALID_REQUEST: params must be an object");
    }
    return switch (command) {
      case RUN -> run(id, required(params, object), most, observer);
      case PREPARE -> RunPlans.prepare(reader().read(object));
      case WHICH -> which(object.path("bins"));
      case GET -> policy.get();
      case SET -> set(object);
      default -> throw NodeRefusal.unavailable("command not supported");
    };
  }

  private static ObjectNode required(@Nullable String params, ObjectNode given) {
    if (params == null) {
      throw NodeRefusal.invalid("Error: INVALID_REQUEST: paramsJSON required");
    }
    return given;
  }

  private ObjectNode set(ObjectNode params) {
    if (settings.policyLocked()) {
      throw NodeRefusal.unavailable("the policy of this node is changed on its machine only");
    }
    return policy.set(params);
  }

  private RunReader reader() {
    return new RunReader(environment, programs, settings.home());
  }

  private ObjectNode run(String id, ObjectNode params, int most, Observer observer) {
    RunRequest request;
    try {
      request = reader().read(params);
      policy
          .policy()
          .check(
              request.whose().agentId(),
              request.program(),
              request.approved(),
              settings.home().toString());
    } catch (NodeRefusal refusal) {
      if (refusal.denied() != null) {
        denied(params, refusal.denied(), observer);
      }
      throw refusal;
    }
    if (stopping) {
      throw NodeRefusal.unavailable("the node is stopping");
    }
    if (!room.tryAcquire()) {
      throw NodeRefusal.unavailable(
          "busy: " + settings.mostRuns() + " commands run here at once; try again later");
    }
    try {
      return started(id, request, most, observer);
    } finally {
      room.release();
    }
  }

  private ObjectNode started(String id, RunRequest request, int most, Observer observer) {
    CommandRun run = new CommandRun(request, environment.with(request.env()), ids);
    running.put(id, run);
    try {
      RunOutcome outcome = told(run, request, observer);
      if (!request.whose().quiet()) {
        ObjectNode told = about(request.whose());
        if (outcome.exitCode() != null) {
          told.put("exitCode", outcome.exitCode());
        }
        told.put("timedOut", outcome.late()).put("success", outcome.isSuccess());
        observer.happened("exec.finished", told.put("output", outcome.told()));
      }
      return outcome.answer(most);
    } finally {
      running.remove(id);
    }
  }

  /** Only of what takes long is it said that it began: the end follows at once otherwise. */
  private static RunOutcome told(CommandRun run, RunRequest request, Observer observer) {
    Thread later =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Thread.sleep(TOLD_AFTER);
                    observer.happened("exec.started", about(request.whose()));
                  } catch (InterruptedException over) {
                    Thread.currentThread().interrupt();
                  }
                });
    try {
      return run.run();
    } finally {
      later.interrupt();
    }
  }

  private static void denied(ObjectNode params, String reason, Observer observer) {
    ObjectNode payload = Json.object().put("host", "node").put("reason", reason);
    for (String field : List.of("sessionKey", "runId")) {
      Json.putIfPresent(payload, field, Json.nonBlank(params, field));
    }
    Json.putIfPresent(payload, "command", Json.nonBlank(params, "rawCommand"));
    observer.happened("exec.denied", payload);
  }

  private static ObjectNode about(RunRequest.Whose whose) {
    ObjectNode payload = Json.object().put("host", "node");
    Json.putIfPresent(payload, "sessionKey", whose.sessionKey());
    Json.putIfPresent(payload, "runId", whose.runId());
    return payload.put("command", ShellText.shown(whose.text()));
  }

  private ObjectNode which(JsonNode bins) {
    if (!bins.isArray() || bins.size() > MOST_BINS) {
      throw NodeRefusal.invalid("bins: must be a list of at most " + MOST_BINS + " names");
    }
    ObjectNode found = Json.object();
    for (JsonNode bin : bins) {
      if (!bin.isTextual()) {
        throw NodeRefusal.invalid("bins: must be a list of names");
      }
      String name = bin.asText();
      Path path = name.indexOf('/') >= 0 ? null : programs.find(name, settings.home());
      if (path != null) {
        found.put(name, path.toString());
      }
    }
    ObjectNode answer = Json.object();
    answer.set("bins", found);
    return answer;
  }

  /** Ends a command that nobody waits for any more. */
  public void cancel(String id) {
    CommandRun run = running.get(id);
    if (run != null) {
      run.abort();
    }
  }

  /** How many commands run. */
  public int running() {
    return running.size();
  }

  /**
   * Lets what runs end for so long, then ends it.
   *
   * @return whether nothing runs any more
   */
  public boolean stop(Duration grace) {
    stopping = true;
    boolean idle = await(grace);
    running.values().forEach(CommandRun::abort);
    return idle || await(Duration.ofSeconds(5));
  }

  private boolean await(Duration time) {
    try {
      boolean all = room.tryAcquire(settings.mostRuns(), time.toMillis(), TimeUnit.MILLISECONDS);
      if (all) {
        room.release(settings.mostRuns());
      }
      return all;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
