package dev.krabkrab.gateway.platform.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each feature registers of the document. */
class SettingsPartsTest {
  private static final String ROOT = "dev/krabkrab/gateway/";

  static Stream<SettingsPart> parts() {
    return ServiceLoader.load(SettingsPart.class).stream().map(ServiceLoader.Provider::get);
  }

  @ParameterizedTest
  @MethodSource("parts")
  void aPartLiesWhereItsFeatureDoes(SettingsPart part) {
    assertThat(part.getClass().getPackageName().replace('.', '/')).startsWith(ROOT + part.folder());
  }

  /** A key is described by the feature that declares it. */
  @ParameterizedTest
  @MethodSource("parts")
  void everyHintIsOfSomethingItsPartDeclares(SettingsPart part) {
    SettingsParts alone = new SettingsParts(List.of(part));
    JsonNode schema = alone.schema();
    assertThat(schema.path("properties")).isNotEmpty();
    assertThat(alone.hints().properties())
        .allSatisfy(
            hint ->
                assertThat(SettingsSchemaTest.at(schema, hint.getKey()).isObject())
                    .as(hint.getKey())
                    .isTrue());
  }

  @Test
  void noTwoPartsHaveTheSameFolderOrHint() {
    List<SettingsPart> parts = parts().toList();
    assertThat(parts).extracting(SettingsPart::folder).doesNotHaveDuplicates();
    int hints =
        parts.stream().mapToInt(part -> new SettingsParts(List.of(part)).hints().size()).sum();
    assertThat(SettingsParts.load().hints()).hasSize(hints);
  }

  @Test
  void partsThatDisagreeAreRefused() {
    SettingsParts parts = new SettingsParts(List.of(() -> "agent/cron", () -> "disagreeing/cron"));
    assertThatThrownBy(parts::schema)
        .hasMessage(
            "parts of the settings schema disagree about /properties/cron/properties/enabled/type");
  }
}
