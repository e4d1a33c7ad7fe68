package dev.krabkrab.gateway.platform.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {
  @ParameterizedTest
  @ValueSource(strings = {"KRABKRAB_MODEL_KEY", "KRABKRAB_MINE", "OPENAI_API_KEY", "MY_KEY"})
  void whatIsAllowedIsFilledIn(String name) {
    Variables variables =
        new Variables(asked -> "value of " + asked, VariableRules.with(List.of("MY_KEY")));
    assertThat(variables.fill("here", "a ${" + name + "} b"))
        .isEqualTo("a value of " + name + " b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GATEWAY_TOKEN",
        "GATEWAY_PASSWORD",
        "GATEWAY_TOKEN_FILE",
        "GATEWAY_PASSWORD_FILE",
        "REDIS_URL",
        "REDIS_PASSWORD",
        "REDIS_URL_FILE",
        "REDIS_PASSWORD_FILE",
        "TLS_KEY",
        "TLS_KEY_FILE"
      })
  void theGatewaysOwnSecretsAreNever(String secret) {
    for (String owner : List.of("KRABKRAB_", "OPENCLAW_", "CLAWDBOT_", "MOLTBOT_")) {
      String name = owner + secret;
      for (String written :
          List.of(name, name.toLowerCase(Locale.ROOT), "Krab" + name.substring(4))) {
        Variables variables = new Variables(asked -> "secret", VariableRules.USUAL_ONLY);
        if (VariableRules.isOwn(written)) {
          assertThatThrownBy(() -> variables.fill("here", "${" + written + "}"))
              .hasMessageContaining("${" + written + "}")
              .hasMessageNotContaining("secret\"");
        }
        assertThat(VariableRules.USUAL_ONLY.allows(written)).isFalse();
      }
      assertThatThrownBy(() -> VariableRules.with(List.of(name)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HOME", "AWS_SECRET_ACCESS_KEY", "openai_api_key", "OPENCLAW_MODEL_KEY"})
  void othersAreRefusedNamingTheWayOut(String name) {
    Variables variables = new Variables(asked -> "x", VariableRules.USUAL_ONLY);
    assertThatThrownBy(() -> variables.fill("models.providers.x.apiKey", "${" + name + "}"))
        .hasMessageStartingWith("models.providers.x.apiKey may not use ${" + name + "}")
        .hasMessageContaining("--env-allow " + name);
  }

  @Test
  void aPlaceholderIsNoValue() {
    Variables variables = new Variables(asked -> "***", VariableRules.USUAL_ONLY);
    assertThatThrownBy(() -> variables.fill("here", "${OPENAI_API_KEY}"))
        .hasMessage(
            "here is given by OPENAI_API_KEY, which holds a placeholder for a hidden secret");
    assertThatThrownBy(() -> variables.fill("here", "__OPENCLAW_REDACTED__"))
        .hasMessageStartingWith("here is a placeholder");
  }
}
