package dev.krabkrab.gateway.agent.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Protocol 03 §22.2. */
class CronDefinitionTest {
  private static final String JOB =
      """
      {"name":" n ","description":" d ","agentId":"a","schedule":{"kind":"every","everyMs":1000},
       "sessionTarget":"isolated","wakeMode":"now","isolation":{"postToMainPrefix":"P"},
       "payload":{"kind":"agentTurn","message":"m","model":"x"}}
      """;

  private static ObjectNode json(String text) {
    return Json.parseObject(text);
  }

  private static ObjectNode job() {
    return CronDefinition.added(json(JOB), 5);
  }

  @Test
  void textsAreTrimmedAndTimesSet() {
    assertThat(json(Json.text(job())))
        .isEqualTo(
            json(
                """
                {"agentId":"a","name":"n","description":"d","createdAtMs":5,"updatedAtMs":5,
                 "schedule":{"kind":"every","everyMs":1000},"sessionTarget":"isolated",
                 "wakeMode":"now","payload":{"kind":"agentTurn","message":"m","model":"x"},
                 "isolation":{"postToMainPrefix":"P"},"scheduleSetAtMs":5}
                """));
  }

  @Test
  void aPayloadOfTheSameKindIsMergedAndTheRestReplaced() {
    ObjectNode patched =
        CronDefinition.patched(
            job(),
            json(
                """
                {"payload":{"kind":"agentTurn","thinking":"low"},"isolation":{},"agentId":null,
                 "description":" ","schedule":{"kind":"at","atMs":9}}
                """),
            7);
    assertThat(patched.path("payload"))
        .isEqualTo(
            json(
                "{\"kind\":\"agentTurn\",\"message\":\"m\",\"model\":\"x\",\"thinking\":\"low\"}"));
    assertThat(patched.path("isolation")).isEmpty();
    assertThat(patched.path("schedule").path("kind").asText()).isEqualTo("at");
    assertThat(patched.has("agentId")).isFalse();
    assertThat(patched.has("description")).isFalse();
    assertThat(patched.path("scheduleSetAtMs").asLong()).isEqualTo(7);
    assertThat(patched.path("createdAtMs").asLong()).isEqualTo(5);
    assertThat(patched.path("updatedAtMs").asLong()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"name\":\" \"} ~ cron job name is required",
        "{\"sessionTarget\":\"main\"} ~ main cron jobs require payload.kind=\"systemEvent\"",
        "{\"payload\":{\"kind\":\"systemEvent\",\"text\":\"t\"}}"
            + " ~ isolated cron jobs require payload.kind=\"agentTurn\"",
        "{\"payload\":{\"kind\":\"systemEvent\"}}"
            + " ~ cron.update payload.kind=\"systemEvent\" requires text",
      })
  void whatContradictsItselfIsRefused(String patch, String message) {
    assertThatThrownBy(() -> CronDefinition.patched(job(), json(patch), 7))
        .hasMessage("Error: " + message);
  }

  @Test
  void aJobHasABound() {
    String patch =
        "{\"payload\":{\"kind\":\"agentTurn\",\"message\":\"" + "x".repeat(70_000) + "\"}}";
    assertThatThrownBy(() -> CronDefinition.patched(job(), json(patch), 7))
        .hasMessageStartingWith("Error: cron job too large");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'kind':'every','everyMs':1000}                              | 1",
        "{'kind':'every','everyMs':59999}                             | 59",
        "{'kind':'cron','expr':'* * * * * *'}                         | 1",
        "{'kind':'cron','expr':'*/20 * * * * *'}                      | 20",
        "{'kind':'cron','expr':'0,50 0 4 * * *'}                      | 50",
        "{'kind':'every','everyMs':60000}                             | ",
        "{'kind':'cron','expr':'* * * * *'}                           | ",
        "{'kind':'cron','expr':'0 9 * * 1-5','tz':'Europe/Berlin'}    | ",
        "{'kind':'at','atMs':9}                                       | ",
      })
  void agentsAreNotRunMoreOftenThanTheSettingsAllow(String schedule, Integer seconds) {
    ObjectNode params = json(JOB);
    params.set("schedule", json(schedule.replace('\'', '"')));
    ObjectNode turn = CronDefinition.added(params, 5);
    if (seconds == null) {
      assertThatCode(() -> CronDefinition.checkPace(turn, 5, 60_000)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> CronDefinition.checkPace(turn, 5, 60_000))
          .hasMessage(
              "Error: schedule runs the agent again after "
                  + seconds
                  + " s; at least 60 s have to lie between two turns (cron.minTurnIntervalMs)");
    }
    params.put("sessionTarget", "main").putObject("payload").put("kind", "systemEvent");
    ObjectNode event = CronDefinition.added(params, 5);
    assertThatCode(() -> CronDefinition.checkPace(event, 5, 60_000)).doesNotThrowAnyException();
  }
}
