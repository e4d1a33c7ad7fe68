package dev.krabkrab.gateway.platform.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeniencyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schemas SCHEMAS = Schemas.load();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"patch":{"enabled":"TRUE"}} | {"patch":{"enabled":true}}
          {"patch":{"enabled":"false"}} | {"patch":{"enabled":false}}
          {"patch":{"enabled":"maybe"}} | {"patch":{"enabled":"maybe"}}
          {"patch":{"agentId":"  "}} | {"patch":{}}
          {"patch":{"agentId":" My Agent! "}} | {"patch":{"agentId":"my-agent"}}
          {"patch":{"agentId":null}} | {"patch":{"agentId":null}}
          {"patch":{"job":{"name":"n"}}} | {"patch":{"name":"n"}}
          {"patch":{"data":{"name":"n"}}} | {"patch":{"name":"n"}}
          {"patch":{"schedule":{"everyMs":5}}} | {"patch":{"schedule":{"everyMs":5,"kind":"every"}}}
          {"patch":{"schedule":{"expr":"* * * * *"}}} \
          | {"patch":{"schedule":{"expr":"* * * * *","kind":"cron"}}}
          {"patch":{"schedule":{"atMs":5}}} | {"patch":{"schedule":{"atMs":5,"kind":"at"}}}
          {"patch":{"schedule":{"kind":"at","atMs":"12"}}} \
          | {"patch":{"schedule":{"kind":"at","atMs":12}}}
          {"patch":{"schedule":{"at":"1970-01-01T00:00:01"}}} \
          | {"patch":{"schedule":{"atMs":1000,"kind":"at"}}}
          {"patch":{"schedule":{"at":"1970-01-01T01:00:01+01:00"}}} \
          | {"patch":{"schedule":{"atMs":1000,"kind":"at"}}}
          {"patch":{"schedule":{"at":"1970-01-02"}}} \
          | {"patch":{"schedule":{"atMs":86400000,"kind":"at"}}}
          {"patch":{"schedule":{"kind":"at","atMs":"soon"}}} \
          | {"patch":{"schedule":{"kind":"at","atMs":"soon"}}}
          {"patch":{"payload":{"kind":"agentTurn","provider":"Slack"}}} \
          | {"patch":{"payload":{"kind":"agentTurn","channel":"slack"}}}
          {"patch":[1]} | {"patch":[1]}
          """)
  void cronPatchesAreRepaired(String given, String repaired) throws Exception {
    assertThat(normalized("cron.update", given)).isEqualTo(json(repaired));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"payload":{"kind":"systemEvent"}} | main
          {"payload":{"kind":"agentTurn"},"sessionTarget":null,"wakeMode":null} | isolated
          {"job":{"payload":{"kind":"agentTurn"},"wakeMode":"next-heartbeat"}} | isolated
          """)
  void aNewJobGetsItsWakeModeAndTarget(String given, String target) throws Exception {
    var job = normalized("cron.add", given);
    assertThat(job.path("wakeMode").asText()).isEqualTo("next-heartbeat");
    assertThat(job.path("sessionTarget").asText()).isEqualTo(target);
    assertThat(job.has("enabled")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"payloadJSON":null,"error":null} | {}
          {"payloadJSON":{"a":1}} | {"payload":{"a":1}}
          {"payloadJSON":[1],"payload":2} | {"payload":2}
          {"payloadJSON":"{}","error":{}} | {"payloadJSON":"{}","error":{}}
          """)
  void invokeResultsAreRepaired(String given, String repaired) throws Exception {
    assertThat(normalized("node.invoke.result", given)).isEqualTo(json(repaired));
  }

  @Test
  void theArgumentStaysAsItWas() throws Exception {
    for (var method : new String[] {"cron.add", "cron.update", "node.invoke.result"}) {
      var text = "{\"enabled\":\"true\",\"patch\":{\"enabled\":\"true\"},\"error\":null}";
      var given = json(text);
      assertThat(Leniency.normalize(method, given)).isNotEqualTo(given);
      assertThat(given).isEqualTo(json(text));
    }
  }

  @Test
  void otherMethodsAndOtherTypesPassThrough() throws Exception {
    var params = json("{\"payloadJSON\":null}");
    assertThat(Leniency.normalize("node.event", params)).isSameAs(params);
    assertThat(Leniency.normalize("cron.add", json("[1]"))).isEqualTo(json("[1]"));
  }

  @Test
  void problemsAreThoseOfTheRepairedParams() throws Exception {
    var job =
        json(
            """
            {"name":"n","agentId":"","enabled":"true","schedule":{"everyMs":5},
             "payload":{"kind":"systemEvent","text":"t"}}
            """);
    assertThat(SCHEMAS.problems("cron.add", job, 3)).isEmpty();
  }

  private static JsonNode normalized(String method, String params) throws Exception {
    // Read back, since a number put by hand and one that was parsed differ in Java type.
    return json(Leniency.normalize(method, json(params)).toString());
  }

  private static JsonNode json(String text) throws Exception {
    return JSON.readTree(text);
  }
}
