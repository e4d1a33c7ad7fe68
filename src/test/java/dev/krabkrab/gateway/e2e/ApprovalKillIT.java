package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.e2e.WireClient.GoneException;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An instance dies by SIGKILL while an approval is asked for or decided: no decision is lost, none
 * invented, no call hangs. Protocol 02 §16 E1, E5, E8, E11.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ApprovalKillIT {
  private static final long REQUEST_MS = 20_000;
  private static final long REQUEST_BOUND_MS = REQUEST_MS + 15_000;
  private static final long RESOLVE_BOUND_MS = 30_000;
  private static final List<String> DECISIONS = List.of("allow-once", "allow-always", "deny");

  private final TestDevice requester = TestDevice.fresh();
  private final TestDevice approver = TestDevice.fresh();
  private final TestDevice watcher = TestDevice.fresh();

  /** What the kill is timed by. */
  private enum Moment {
    REQUEST_SENT,
    RESOLVE_SENT,
    RESOLVED_SEEN
  }

  @Test
  void noDecisionIsLostOrInventedWhenAnInstanceIsKilled() {
    try (KillRun run = new KillRun("approvals")) {
      assertThat(run.play((seed, random) -> new Round(run, seed, random).play())).isEmpty();
    }
  }

  private final class Round {
    private final KillRun run;
    private final String id;
    private final List<Integer> places;
    private final int protocol;
    private final Moment moment;
    private final int victim;
    private final long killDelay;
    private final long resolveDelay;
    private final AtomicBoolean killed = new AtomicBoolean();
    private final CompletableFuture<Long> death = new CompletableFuture<>();
    private final List<CompletableFuture<JsonNode>> resolves =
        Collections.synchronizedList(new ArrayList<>());
    private final List<String> accepted = Collections.synchronizedList(new ArrayList<>());

    Round(KillRun run, long seed, Random random) {
      this.run = run;
      this.id = "approval-" + seed;
      this.places = KillRun.shuffled(random);
      this.protocol = random.nextBoolean() ? 3 : 4;
      this.moment = Moment.values()[random.nextInt(Moment.values().length)];
      this.victim = places.get(random.nextInt(2));
      this.killDelay = random.nextInt(moment == Moment.REQUEST_SENT ? 40_000 : 6_000);
      this.resolveDelay = random.nextInt(30_000);
    }

    void play() throws Exception {
      GatewayProcesses gateways = run.gateways();
      try (WireClient w =
              WireClient.connect(
                  gateways.port(places.get(2)),
                  watcher,
                  Profile.approver(3),
                  event -> at(event, "exec.approval.resolved", Moment.RESOLVED_SEEN));
          Roamer u =
              new Roamer(
                  gateways, places.get(1), approver, Profile.approver(protocol), this::decide);
          Roamer r =
              new Roamer(gateways, places.get(0), requester, Profile.approver(3), (c, e) -> {})) {
        JsonNode answer = ask(r);
        String decision = answer.path("decision").asText("none");
        JsonNode resolved = w.event("exec.approval.resolved", this::mine);
        assertThat(resolved.path("decision").asText()).isEqualTo(decision);
        awaitResolves();
        run.took("from kill to decision", death.get(30, TimeUnit.SECONDS));
        assertThat(accepted).allMatch(decision::equals);
        assertThat(w.events("exec.approval.resolved").stream().filter(this::mine)).hasSize(1);
        JsonNode late = w.call("exec.approval.resolve", params("deny"));
        assertThat(late.path("error").path("message").asText()).isEqualTo("unknown approval id");
        assertThat(w.events("exec.approval.resolved").stream().filter(this::mine)).hasSize(1);
        run.count(
            "%s: victim is the %s's, %s"
                .formatted(
                    moment,
                    victim == places.get(0) ? "requester" : "approver",
                    accepted.isEmpty() ? "resolve unanswered but kept" : "resolve answered"));
      }
    }

    /** Asks until there is an answer; after a lost connection again, with the same id. */
    private JsonNode ask(Roamer r) throws Exception {
      ObjectNode params = Json.object().put("id", id).put("command", "make " + id);
      params.put("timeoutMs", REQUEST_MS).put("host", "gateway");
      long askedAt = System.nanoTime();
      while (true) {
        try {
          CompletableFuture<JsonNode> call = r.client().request("exec.approval.request", params);
          kill(Moment.REQUEST_SENT);
          JsonNode frame = call.get(REQUEST_BOUND_MS, TimeUnit.MILLISECONDS);
          if (frame.path("ok").asBoolean()) {
            run.took("from first request to decision", askedAt);
            return frame.path("payload");
          }
          run.count("request refused: " + frame.path("error").path("message").asText());
          assertThat(askedAt - System.nanoTime()).isGreaterThan(-REQUEST_BOUND_MS * 1_000_000);
          CompletableFuture.runAsync(
                  () -> {}, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS))
              .join();
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(GoneException.class);
          run.count("requests cut off");
        }
      }
    }

    private void decide(WireClient client, JsonNode event) {
      at(event, "exec.approval.resolved", Moment.RESOLVED_SEEN);
      if (event.path("event").asText().equals("exec.approval.requested")
          && mine(event.path("payload"))) {
        boolean first = resolves.isEmpty();
        CompletableFuture<JsonNode> resolve = new CompletableFuture<>();
        resolves.add(resolve);
        // A second resolve, after a lost connection, says something else: it must not win as well.
        String decision = DECISIONS.get((int) (resolveDelay + resolves.size()) % DECISIONS.size());
        run.after(
            first ? resolveDelay : 1_000,
            () -> {
              CompletableFuture<JsonNode> call =
                  client.request("exec.approval.resolve", params(decision));
              kill(Moment.RESOLVE_SENT);
              call.whenComplete((frame, gone) -> answered(resolve, decision, frame, gone));
            });
      }
    }

    private void answered(
        CompletableFuture<JsonNode> resolve, String decision, JsonNode frame, Throwable gone) {
      if (gone == null && frame.path("ok").asBoolean()) {
        accepted.add(decision);
      } else if (gone == null) {
        run.count("resolve refused: " + frame.path("error").path("message").asText());
      } else {
        run.count("resolves cut off");
      }
      resolve.complete(frame);
    }

    private void awaitResolves() throws InterruptedException, ExecutionException {
      for (CompletableFuture<JsonNode> resolve : List.copyOf(resolves)) {
        try {
          resolve.get(RESOLVE_BOUND_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          throw new AssertionError("a resolve hangs", e);
        }
      }
    }

    private void at(JsonNode event, String name, Moment now) {
      if (event.path("event").asText().equals(name) && mine(event.path("payload"))) {
        kill(now);
      }
    }

    private void kill(Moment now) {
      if (now == moment && killed.compareAndSet(false, true)) {
        run.after(
            killDelay,
            () -> {
              long at = System.nanoTime();
              run.gateways().kill(victim);
              death.complete(at);
            });
      }
    }

    private boolean mine(JsonNode payload) {
      return payload.path("id").asText().equals(id);
    }

    private ObjectNode params(String decision) {
      return Json.object().put("id", id).put("decision", decision);
    }
  }
}
