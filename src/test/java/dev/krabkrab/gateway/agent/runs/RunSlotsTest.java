package dev.krabkrab.gateway.agent.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunSlotsTest {
  private final List<LocalRun> begun = new ArrayList<>();
  private final RunSlots places = new RunSlots(run -> 1, this::begin);
  private final LocalRun first = run("first");
  private final LocalRun second = run("second");
  private final LocalRun third = run("third");

  private static LocalRun run(String id) {
    return new LocalRun(RunRequest.of(id, RunKind.CHAT, "agent:main:" + id, "hi"), piece -> {});
  }

  private void begin(LocalRun run) {
    if (places.enter(run)) {
      begun.add(run);
    }
  }

  @Test
  void whoWaitsForAPlaceBeginsInOrder() {
    List.of(first, second, third, second).forEach(this::begin);
    assertThat(begun).containsExactly(first);
    places.forget(first);
    assertThat(begun).containsExactly(first, second);
    places.leave(second);
    assertThat(begun).containsExactly(first, second, third);
  }

  @Test
  void whoComesBackGoesOnBeforeThoseThatHaveNotBegun() {
    begin(first);
    begin(second);
    places.leave(first);
    assertThat(begun).containsExactly(first, second);
    begin(third);
    Future<Void> back = places.comeBack(first);
    assertThat(back.isComplete()).isFalse();
    places.forget(second);
    assertThat(back.isComplete()).isTrue();
    assertThat(begun).containsExactly(first, second);
    places.forget(first);
    assertThat(begun).containsExactly(first, second, third);
  }

  @Test
  void whoEndsMeanwhileTakesNoPlace() {
    begin(first);
    begin(second);
    places.leave(first);
    Future<Void> back = places.comeBack(first);
    places.forget(first);
    assertThat(back.isComplete()).isTrue();
    places.forget(second);
    begin(third);
    assertThat(begun).containsExactly(first, second, third);
  }

  @Test
  void whoNeverLeftIsBack() {
    begin(first);
    assertThat(places.comeBack(first).isComplete()).isTrue();
    places.forget(first);
    begin(second);
    assertThat(begun).containsExactly(first, second);
  }
}
