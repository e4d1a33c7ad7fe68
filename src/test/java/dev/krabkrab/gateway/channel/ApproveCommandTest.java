package dev.krabkrab.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApproveCommandTest {

  @ParameterizedTest
  @CsvSource({
    "/approve a1 allow-once, allow-once",
    "/approve a1 allow, allow-once",
    "/approve a1 ONCE, allow-once",
    "/approve a1 allowonce, allow-once",
    "/approve a1 always, allow-always",
    "/approve a1 allow-always, allow-always",
    "/approve a1 allowalways, allow-always",
    "/approve a1 deny, deny",
    "/approve a1 reject, deny",
    "/approve a1 block, deny",
    "/approve deny a1, deny",
    "/Approve@krab_bot a1 deny, deny",
    "'  /approve   a1\tdeny ', deny"
  })
  void namesAnApprovalAndADecision(String text, String decision) {
    assertThat(ApproveCommand.of(text)).isEqualTo(new ApproveCommand("a1", decision, null));
  }

  @ParameterizedTest
  @CsvSource({
    "'/approve a1 deny because not on Fridays', deny, not on Fridays",
    "'/approve deny a1  Because:  no', deny, no",
    "'/approve a1 once because it is\nbecause of that', allow-once, 'it is\nbecause of that'"
  })
  void mayEndWithAReason(String text, String decision, String reason) {
    assertThat(ApproveCommand.of(text)).isEqualTo(new ApproveCommand("a1", decision, reason));
  }

  @Test
  void anApprovalMayBeCalledLikeADecision() {
    assertThat(ApproveCommand.of("/approve deny allow-once"))
        .isEqualTo(new ApproveCommand("deny", "allow-once", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/approve",
        "/approve a1",
        "/approve a1 perhaps",
        "/approve a1 deny please",
        "/approve a1 deny because"
      })
  void onesThatAreNotCompleteNameNothing(String text) {
    assertThat(ApproveCommand.of(text)).isEqualTo(new ApproveCommand(null, "", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "approve a1 deny", "/approved a1 deny", "please /approve a1 deny"})
  void otherMessagesAreNone(String text) {
    assertThat(ApproveCommand.of(text)).isNull();
  }

  @Test
  void aButtonGivesOne() {
    assertThat(ApproveCommand.of(ApproveCommand.button("a1", "allow-always")))
        .isEqualTo(new ApproveCommand("a1", "allow-always", null));
  }

  @ParameterizedTest
  @CsvSource({
    "a1, true",
    "5f7c1ecf-9b1c-4b0e-8f6e-1c2d3e4f5a6b, true",
    "plugin:x.y_z, true",
    "'v1 allow-once because x', false",
    "'v1\tdeny', false",
    "'v1\nHost: x', false",
    "deny, false",
    "Once, false",
    "'', false",
    "v\u00a01, false"
  })
  void onlyAnIdOfOneWordIsPutIntoACommand(String id, boolean takes) {
    assertThat(ApproveCommand.takes(id)).isEqualTo(takes);
  }
}
