package dev.krabkrab.gateway.platform.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import dev.krabkrab.gateway.platform.protocol.Placeholders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HiddenSecretsTest {
  private static final SettingsSchema SCHEMA = SettingsSchema.load();
  private static final SecretPlaces PLACES = SecretPlaces.load();
  private static final String SECRET = "a-secret-of-the-tests-0123456789";

  /** Every place the schema marks, with a key of its own for each star. */
  static Stream<List<String>> places() {
    return PLACES.marked().stream()
        .map(mark -> mark.stream().map(key -> key.equals("*") ? "thing" : key).toList())
        .filter(PLACES::isSecret);
  }

  @Test
  void theSchemaMarksPlaces() {
    assertThat(places()).hasSizeGreaterThan(15);
    assertThat(PLACES.isSecret(List.of("gateway", "auth", "tokens", "0", "token"))).isTrue();
    assertThat(PLACES.isSecret(List.of("gateway", "auth", "tokens", "0", "tokenHash"))).isTrue();
    assertThat(PLACES.isSecret(List.of("gateway", "auth", "tokens", "0", "name"))).isFalse();
    assertThat(PLACES.isSecret(List.of("models", "providers", "x", "headers", "x-a"))).isTrue();
    assertThat(PLACES.isSecret(List.of("models", "providers", "x", "baseUrl"))).isFalse();
    assertThat(PLACES.isSecret(List.of("skills", "entries", "x", "env", "ANY"))).isTrue();
    assertThat(PLACES.isSecret(List.of("channels", "unknown", "botToken"))).isTrue();
    assertThat(PLACES.isSecret(List.of("auth", "profiles", "x", "api_key"))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("places")
  void isPutBackWhereItWas(List<String> place) {
    for (String placeholder : placeholders()) {
      JsonNode current = holding(place, SECRET);
      HiddenSecrets.Restored restored =
          HiddenSecrets.restore(PLACES, holding(place, placeholder), current);
      assertThat(restored.issues()).as(placeholder).isEmpty();
      assertThat(restored.content()).as(placeholder).isEqualTo(current);
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void isRefusedWhereNothingWas(List<String> place) {
    List<String> bad = new ArrayList<>(placeholders());
    bad.add("Bearer (hidden)");
    bad.add("x__openclaw_redacted__");
    for (String placeholder : bad) {
      for (JsonNode current :
          List.of(Json.object(), holding(place, "(hidden)"), MissingNode.getInstance())) {
        HiddenSecrets.Restored restored =
            HiddenSecrets.restore(PLACES, holding(place, placeholder), current);
        assertThat(restored.issues()).as(placeholder).hasSize(1);
        assertThat(restored.issues().get(0).path("path").asText())
            .isEqualTo(String.join(".", place));
      }
    }
  }

  /** A secret that only looks like one of them is none of them. */
  @ParameterizedTest
  @ValueSource(strings = {"hidden", "my-hidden-value", "redact", "**", "a***b", "secret"})
  void otherTextsAreLeftAlone(String text) {
    JsonNode document = holding(List.of("hooks", "token"), text);
    assertThat(HiddenSecrets.restore(PLACES, document, Json.object()).content())
        .isEqualTo(document);
    assertThat(HiddenSecrets.issues(PLACES, document)).isEmpty();
  }

  @Test
  void listsAreFollowedByIdentityAndNotByPlace() {
    ObjectNode current =
        parse(
            "{gateway:{auth:{tokens:[{name:'a',token:'secret-of-a-012345',scopes:[]},"
                + "{name:'b',token:'secret-of-b-012345',scopes:[]}]}}}");
    JsonNode sorted =
        HiddenSecrets.restore(
                PLACES,
                parse(
                    "{gateway:{auth:{tokens:[{name:'b',token:'(hidden)',scopes:['x']},"
                        + "{name:'new',token:'secret-of-new-0123',scopes:[]},"
                        + "{name:'a',token:'(hidden)',scopes:[]}]}}}"),
                current)
            .content();
    assertThat(sorted.at("/gateway/auth/tokens/0/token").asText()).isEqualTo("secret-of-b-012345");
    assertThat(sorted.at("/gateway/auth/tokens/1/token").asText()).isEqualTo("secret-of-new-0123");
    assertThat(sorted.at("/gateway/auth/tokens/2/token").asText()).isEqualTo("secret-of-a-012345");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{name:'c',token:'(hidden)'}]",
        "[{name:'a',token:'(hidden)'},{name:'a',token:'(hidden)'}]",
        "[{token:'(hidden)'}]",
        "[{token:'(hidden)',extra:1}]",
        "['(hidden)']",
        "[['(hidden)']]",
      })
  void whoCannotBeToldApartIsRefused(String tokens) {
    ObjectNode current =
        parse(
            "{gateway:{auth:{tokens:[{name:'a',token:'secret-of-a-012345'},"
                + "{name:'b',token:'secret-of-b-012345'}]}}}");
    assertThat(
            HiddenSecrets.restore(
                    PLACES, parse("{gateway:{auth:{tokens:" + tokens + "}}}"), current)
                .issues())
        .isNotEmpty()
        .allSatisfy(
            issue -> assertThat(issue.path("path").asText()).startsWith("gateway.auth.tokens."));
  }

  @Test
  void anEntryWithoutAnIdentityIsKnownByTheRestOfIt() {
    ObjectNode current = parse("{auth:{order:[{url:'u',token:'t-1'},{url:'v',token:'t-2'}]}}");
    JsonNode restored =
        HiddenSecrets.restore(
                PLACES,
                parse("{auth:{order:[{url:'v',token:'(hidden)'},{url:'u',token:'(hidden)'}]}}"),
                current)
            .content();
    assertThat(restored.at("/auth/order/0/token").asText()).isEqualTo("t-2");
    assertThat(restored.at("/auth/order/1/token").asText()).isEqualTo("t-1");
  }

  @ParameterizedTest
  @MethodSource("places")
  void aSeedHasNothingToPutBack(List<String> place) {
    assertThatThrownBy(() -> seeded(holding(place, "(hidden)")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.join(".", place) + ": is a placeholder");
  }

  @ParameterizedTest
  @MethodSource("places")
  void aVariableIsRefusedWhereNoneIsFilledIn(List<String> place) {
    for (String text : List.of("${MY_TOKEN}", "x-${MY_TOKEN}", "${MY_TOKEN:-x}", "$MY_TOKEN")) {
      boolean filled = isFilledIn(place) && !text.contains(":") && text.contains("{");
      for (JsonNode current : List.of(Json.object(), holding(place, SECRET))) {
        ObjectNode next = (ObjectNode) holding(place, text);
        ArrayNode issues = HiddenSecrets.restore(PLACES, next, current).issues();
        assertThat(issues).as(text).hasSize(filled ? 0 : 1);
      }
      if (!filled) {
        assertThatThrownBy(() -> seeded(holding(place, text)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(String.join(".", place) + ": names a variable");
        assertThat(HiddenSecrets.left(holding(place, text))).hasSize(1);
      }
    }
  }

  private static GatewayDocument seeded(JsonNode file) {
    return new DocumentSeed((ObjectNode) file, UnaryOperator.identity(), () -> SCHEMA).document();
  }

  private static boolean isFilledIn(List<String> place) {
    return place.getFirst().equals("channels")
        || (place.getFirst().equals("models") && !place.getLast().equals("headers"));
  }

  @Test
  void aVariableInAListIsFoundToo() {
    String tokens = "{gateway:{auth:{tokens:[{name:'a',token:'${MY_TOKEN_OF_GATEWAY}'}]}}}";
    assertThat(HiddenSecrets.issues(PLACES, parse(tokens)).at("/0/path").asText())
        .isEqualTo("gateway.auth.tokens.0.token");
    for (String name : List.of("token", "password")) {
      assertThat(
              HiddenSecrets.issues(PLACES, parse("{gateway:{auth:{" + name + ":'${X}'}}}"))
                  .at("/0/message")
                  .asText())
          .contains("KRABKRAB_GATEWAY_" + name.toUpperCase(Locale.ROOT) + "_FILE");
    }
  }

  private static List<String> placeholders() {
    return List.of(
        Placeholders.HIDDEN,
        Placeholders.REDACTED,
        Placeholders.MASKED,
        " (Hidden)\n",
        "__openclaw_redacted__",
        "[REDACTED]",
        "<redacted>",
        "********",
        "\uFF08hidden\uFF09",
        "(hid\u200Bden)",
        "\u2022\u2022\u2022\u2022");
  }

  private static JsonNode holding(List<String> place, String text) {
    JsonNode node = TextNode.valueOf(text);
    for (String key : place.reversed()) {
      node = Json.object().set(key, node);
    }
    return node;
  }

  private static ObjectNode parse(String text) {
    return (ObjectNode) Json5.parse(text);
  }
}
