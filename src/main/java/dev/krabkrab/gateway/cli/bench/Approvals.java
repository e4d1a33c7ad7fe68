package dev.krabkrab.gateway.cli.bench;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Approvals from the request over the decision of the first approver to the moment at which all
 * have been told of it, the requester too.
 */
final class Approvals {
  /** Parts of an approval that are timed by themselves. */
  static final String ASKED = "asked";

  static final String DECIDED = "decided";
  static final String DELIVERIES = "deliveries";

  private final List<Link> approvers;
  private final Link requester;
  private final String runId;
  private final String padding;
  private final boolean each;
  private final byte[] idBefore;
  private final Map<String, Approval> open = new HashMap<>();
  private long asked;

  /** One of them under way. */
  private static final class Approval {
    private final Ticket ticket;
    private long decidedNanos;
    private int told;
    private int toldDecision;
    private boolean answered;

    Approval(Ticket ticket) {
      this.ticket = ticket;
    }
  }

  /**
   * Lets clients take part.
   *
   * @param each whether each delivery is an operation, and not each approval
   */
  static Approvals on(Stage stage, List<Link> approvers, Link requester, boolean each) {
    int padding = stage.plan().subject().padding();
    String runId = stage.around().runId();
    return stage.onLoop(
        () ->
            CompletableFuture.completedFuture(
                new Approvals(approvers, requester, runId, padding, each)));
  }

  private Approvals(List<Link> approvers, Link requester, String runId, int padding, boolean each) {
    this.approvers = approvers;
    this.requester = requester;
    this.runId = runId;
    this.padding = "x".repeat(padding);
    this.each = each;
    this.idBefore = ("\"id\":\"bench-" + runId + "-").getBytes(StandardCharsets.US_ASCII);
    approvers.forEach(link -> link.onEvent(frame -> told(frame, true)));
    requester.onEvent(frame -> told(frame, false));
  }

  void start(Ticket ticket) {
    String number = Long.toString(asked++);
    Approval approval = new Approval(ticket);
    open.put(number, approval);
    requester.request(
        "exec.approval.request",
        "{\"id\":\""
            + id(number)
            + "\",\"command\":\"echo "
            + padding
            + "\",\"cwd\":\"/srv/app\",\"host\":\"gateway\",\"security\":\"allowlist\","
            + "\"ask\":\"on-miss\",\"agentId\":\"main\",\"sessionKey\":\"agent:main:main\","
            + "\"timeoutMs\":120000}",
        (error, frame) -> {
          if (error != null) {
            failed(number, error);
          } else {
            approval.answered = true;
            finish(number, approval);
          }
        });
  }

  private String id(String number) {
    return "bench-" + runId + "-" + number;
  }

  private void told(Frame frame, boolean approver) {
    boolean requested = frame.name().equals("exec.approval.requested");
    if (!requested && !frame.name().equals("exec.approval.resolved")) {
      return;
    }
    String number = frame.after(idBefore);
    Approval approval = open.get(number);
    if (approval == null) {
      return;
    }
    long now = System.nanoTime();
    delivered(approval, now - (requested ? since(approval) : approval.decidedNanos));
    if (!approver) {
      return;
    }
    if (requested && ++approval.told == approvers.size()) {
      approval.ticket.recorder().part(ASKED).record(now - since(approval));
      decide(number, approval);
    } else if (!requested && ++approval.toldDecision == approvers.size()) {
      approval.ticket.recorder().part(DECIDED).record(now - approval.decidedNanos);
      finish(number, approval);
    }
  }

  private static long since(Approval approval) {
    return approval.ticket.intendedNanos();
  }

  private void delivered(Approval approval, long nanos) {
    Recorder recorder = approval.ticket.recorder();
    (each ? recorder : recorder.part(DELIVERIES)).record(nanos);
  }

  private void decide(String number, Approval approval) {
    approval.decidedNanos = System.nanoTime();
    approvers
        .getFirst()
        .request(
            "exec.approval.resolve",
            "{\"id\":\"" + id(number) + "\",\"decision\":\"allow-once\"}",
            (error, frame) -> {
              if (error != null) {
                failed(number, error);
              }
            });
  }

  private void failed(String number, String error) {
    Approval approval = open.remove(number);
    if (approval != null) {
      approval.ticket.failed(error);
    }
  }

  private void finish(String number, Approval approval) {
    if (!approval.answered || approval.toldDecision < approvers.size()) {
      return;
    }
    open.remove(number);
    if (each) {
      approval.ticket.counted();
    } else {
      approval.ticket.succeeded();
    }
  }
}
