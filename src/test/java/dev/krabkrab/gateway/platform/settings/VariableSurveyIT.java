package dev.krabkrab.gateway.platform.settings;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.platform.PlatformInstance;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which variables of a document some instance has not, asked on another one. */
class VariableSurveyIT {
  private static final Set<String> BOTH = Set.of("a", "b");
  private final RedisSettings redis = TestRedis.settings();
  private PlatformInstance first;
  private PlatformInstance second;

  @BeforeEach
  void open() throws Exception {
    first = new PlatformInstance("a", redis, InstantSource.system(), Json.object());
    second = new PlatformInstance("b", redis, InstantSource.system(), Json.object());
  }

  @AfterEach
  void close() throws Exception {
    first.close();
    second.close();
  }

  @Test
  void tellsWhichInstancesLackAVariable() throws Exception {
    DocumentSurvey survey = survey(first, BOTH, Set.of("ALL_KEY", "FIRST_KEY"));
    survey(second, BOTH, Set.of("ALL_KEY", "SECOND_KEY"));

    assertThat(found(survey))
        .isEqualTo(
            """
            [{"path":"models.providers.p.apiKey","message":"names the variable NO_KEY, which no instance has"},\
            {"path":"models.providers.p.headers.x","message":"names the variable SECOND_KEY, which these instances have not: a"},\
            {"path":"channels.telegram.botToken","message":"names the variable FIRST_KEY, which these instances have not: b"}]\
            """);
  }

  /** An older release does not answer, and one that is gone cannot. */
  @Test
  void whoDoesNotAnswerIsLeftOut() throws Exception {
    DocumentSurvey survey = survey(first, Set.of("a", "b", "gone"), Set.of("ALL_KEY", "FIRST_KEY"));

    assertThat(found(survey)).contains("NO_KEY, which no instance has").doesNotContain("FIRST_KEY");
  }

  private static String found(DocumentSurvey survey) throws Exception {
    ArrayNode warnings =
        get(
            survey.warnings(
                Json5.parse(
                    """
                    {models: {providers: {p: {apiKey: '${ALL_KEY}${NO_KEY}', headers: {x: '${SECOND_KEY}'},
                                              baseUrl: '${ELSEWHERE}'}}},
                     channels: {telegram: {botToken: '${FIRST_KEY}'}}, hooks: {path: '${ELSEWHERE}'}}
                    """)));
    return Json.text(warnings);
  }

  private static DocumentSurvey survey(
      PlatformInstance instance, Set<String> live, Set<String> variables) {
    return new VariableSurvey(instance.platform().backplane(), () -> live, variables::contains);
  }
}
