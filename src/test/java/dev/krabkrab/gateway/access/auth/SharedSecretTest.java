package dev.krabkrab.gateway.access.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedSecretTest {
  private static final ClientKind OTHER = ClientKind.of("test", "test");
  private static final ClientKind CLI = ClientKind.of("cli", "cli");
  private static final ClientKind UI = ClientKind.of("openclaw-control-ui", "ui");

  @Test
  void tokenModeLooksOnlyAtTheToken() {
    var secret = SharedSecret.token("s3cret");
    assertThat(secret.check("s3cret", null)).isNull();
    assertThat(secret.check("s3creT", "s3cret")).isEqualTo(AuthFailure.TOKEN_MISMATCH);
    assertThat(secret.check(null, "s3cret")).isEqualTo(AuthFailure.TOKEN_MISSING);
    assertThat(secret.check("", null)).isEqualTo(AuthFailure.TOKEN_MISSING);
  }

  @Test
  void passwordModeLooksOnlyAtThePassword() {
    var secret = SharedSecret.password("pass");
    assertThat(secret.check(null, "pass")).isNull();
    assertThat(secret.check("pass", null)).isEqualTo(AuthFailure.PASSWORD_MISSING);
    assertThat(secret.check("pass", "nope")).isEqualTo(AuthFailure.PASSWORD_MISMATCH);
  }

  @Test
  void secretsAreNotTrimmed() {
    assertThat(SharedSecret.token(" s ").check("s", null)).isEqualTo(AuthFailure.TOKEN_MISMATCH);
    assertThat(SharedSecret.token(" s ").check(" s ", null)).isNull();
  }

  @Test
  void lettersOfEqualCountButOtherBytesAreAMismatch() {
    assertThat(SharedSecret.token("aaaa").check("ääää", null))
        .isEqualTo(AuthFailure.TOKEN_MISMATCH);
  }

  @Test
  void missingConfigurationAdmitsNobody() {
    assertThat(SharedSecret.token("").check("", null)).isEqualTo(AuthFailure.TOKEN_NOT_CONFIGURED);
    assertThat(SharedSecret.password(null).check(null, "x"))
        .isEqualTo(AuthFailure.PASSWORD_NOT_CONFIGURED);
  }

  private static void isNoSecret(String text) {
    assertThat(SharedSecret.token(text).check(text, null))
        .isEqualTo(AuthFailure.TOKEN_NOT_CONFIGURED);
    assertThat(SharedSecret.password(text).check(null, text))
        .isEqualTo(AuthFailure.PASSWORD_NOT_CONFIGURED);
  }

  @Test
  void aPlaceholderIsNoSecret() {
    for (String text : List.of("(hidden)", "__OPENCLAW_REDACTED__", "***", "Bearer (hidden)")) {
      isNoSecret(text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${OPENCLAW_GATEWAY_TOKEN}",
        " ${x}\n",
        "prefix-${MY_TOKEN}",
        "${MY_TOKEN:-fallback}",
        "$${MY_TOKEN}",
        "${}",
        "$MY_TOKEN",
        "%MY_TOKEN%",
        "$(cat /run/token)",
        "{{ .Values.token }}",
        "${{ secrets.TOKEN }}",
        "\uFF04\uFF5BMY_TOKEN\uFF5D",
        "$\u200B{MY_TOKEN}",
        "\uFF08hidden\uFF09",
        "(hid\u200Bden)",
        "(hid\u00ADden)",
        "\u2066(hidden)\u2069",
        "(hidden)\uFE0F",
        "\uFEFF__OPENCLAW_REDACTED__",
        "\uFF0A\uFF0A\uFF0A",
        "*\u200D*\u2060*"
      })
  void whatNobodyFilledInAndPlaceholdersInDisguiseAreNoSecrets(String text) {
    isNoSecret(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$ecret-{of}-mine",
        "pa$$word",
        "$SECRET",
        "100%_SURE",
        "{a}",
        "a$(b",
        "\u00FCber"
      })
  void secretsThatOnlyLookAlikeAreTaken(String text) {
    assertThat(SharedSecret.token(text).check(text, null)).isNull();
  }

  @Test
  void noneAdmitsEverybody() {
    assertThat(SharedSecret.none().check(null, null)).isNull();
  }

  @Test
  void wordsDependOnTheClient() {
    assertThat(AuthFailureText.message(AuthFailure.TOKEN_MISMATCH, OTHER))
        .isEqualTo("unauthorized: gateway token mismatch (provide gateway auth token)");
    assertThat(AuthFailureText.message(AuthFailure.TOKEN_MISSING, CLI))
        .isEqualTo(
            "unauthorized: gateway token missing"
                + " (set gateway.remote.token to match gateway.auth.token)");
    assertThat(AuthFailureText.message(AuthFailure.TOKEN_MISMATCH, UI))
        .isEqualTo(
            "unauthorized: gateway token mismatch"
                + " (open a tokenized dashboard URL or paste token in Control UI settings)");
    assertThat(AuthFailureText.message(AuthFailure.PASSWORD_MISSING, UI))
        .isEqualTo(
            "unauthorized: gateway password missing (enter the password in Control UI settings)");
    assertThat(AuthFailureText.message(AuthFailure.UNAUTHORIZED, OTHER)).isEqualTo("unauthorized");
  }

  @Test
  void detailsTellTheNextStep() {
    assertThat(AuthFailureText.details(AuthFailure.TOKEN_MISMATCH, true).toString())
        .isEqualTo(
            "{\"code\":\"AUTH_TOKEN_MISMATCH\",\"authReason\":\"token_mismatch\","
                + "\"canRetryWithDeviceToken\":true,"
                + "\"recommendedNextStep\":\"retry_with_device_token\"}");
    assertThat(
            AuthFailureText.details(AuthFailure.TOKEN_MISMATCH, false)
                .path("recommendedNextStep")
                .textValue())
        .isEqualTo("update_auth_credentials");
  }

  @Test
  void clientKindsFollowIdAndMode() {
    assertThat(UI.isControlUi()).isTrue();
    assertThat(ClientKind.of(" KrabKrab-Control-UI ", "x").isControlUi()).isTrue();
    assertThat(ClientKind.of("webchat-ui", "ui").isWebchat()).isTrue();
    assertThat(ClientKind.of("cli", "operator"))
        .isEqualTo(new ClientKind(false, false, true, true));
    assertThat(CLI.tracksPresence()).isFalse();
  }
}
