package dev.krabkrab.gateway.cli.bench;

import java.util.List;

/** One method, called over connections in turn. */
final class Calls {
  private final BenchPlan.Subject subject;
  private final List<Link> callers;

  Calls(BenchPlan.Subject subject, List<Link> callers) {
    this.subject = subject;
    this.callers = callers;
  }

  void start(Ticket ticket) {
    callers
        .get((int) (ticket.index() % callers.size()))
        .request(
            subject.method(),
            subject.params(),
            (error, frame) -> {
              if (error == null) {
                ticket.succeeded();
              } else {
                ticket.failed(error);
              }
            });
  }
}
