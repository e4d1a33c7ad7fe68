package dev.krabkrab.gateway.control.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.LazyJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class PendingListTest {
  private static Approval approval(int number, String device, int length) {
    ObjectNode request = Json.object().put("command", "x".repeat(length));
    request.putObject("requestedBy").put("deviceId", device);
    return new Approval("id-" + number, number, number + 1_000, LazyJson.of(request));
  }

  private static long bytes(List<Approval> approvals) {
    return approvals.stream().mapToLong(one -> one.v4().toString().length()).sum();
  }

  @Test
  void whatFitsIsShownAsItIs() {
    List<Approval> few = List.of(approval(1, "a", 100), approval(2, "b", 100));
    assertThat(PendingList.fitting(few, 10_000)).isSameAs(few);
  }

  /** Whatever others ask for, and however much: the oldest of each is shown. */
  @RepeatedTest(20)
  void nobodyHidesWhatAnotherAsksFor(RepetitionInfo round) {
    Random random = new Random(round.getCurrentRepetition());
    List<Approval> pending = new ArrayList<>();
    int number = 0;
    for (int i = 0; i < 300; i++) {
      pending.add(approval(++number, "loud", random.nextInt(4_000)));
    }
    for (String quiet : List.of("b", "c", "d")) {
      pending.add(approval(++number, quiet, random.nextInt(2_000)));
      pending.add(approval(++number, "loud", 4_000));
    }
    int most = 20_000 + random.nextInt(100_000);
    List<Approval> shown = PendingList.fitting(pending, most);

    assertThat(bytes(shown)).isLessThanOrEqualTo(most);
    assertThat(shown)
        .isSubsetOf(pending)
        .isSortedAccordingTo((x, y) -> Long.compare(x.createdAtMs(), y.createdAtMs()));
    assertThat(shown).extracting(Approval::requester).contains("loud", "b", "c", "d");
    assertThat(shown.getFirst().requester()).isEqualTo("loud");
  }
}
