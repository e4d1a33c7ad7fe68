package dev.krabkrab.gateway.platform.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of all settings is what the schema says. */
class ConfigurationReferenceTest {
  private static final Path PAGE = Path.of("docs/reference/configuration.md");

  @Test
  void thePageIsWhatTheSchemaSays() throws IOException {
    String text = ConfigurationReference.text();
    if (Boolean.getBoolean("krabkrab.rewrite")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, text);
    }
    assertThat(Files.readString(PAGE))
        .as("write it anew: mvn test -Dtest=ConfigurationReferenceTest -Dkrabkrab.rewrite=true")
        .isEqualTo(text);
  }

  @Test
  void everyHintedSettingIsOnIt() {
    String page = ConfigurationReference.text();
    SettingsSchema schema = SettingsSchema.load();
    schema
        .hints()
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!SettingsSchemaTest.at(schema.document(), key).has("properties")) {
                assertThat(page).contains("| `" + key + "` |");
              }
            });
    assertThat(page).contains("| `redis.url` |").contains("| `gateway.auth.mode` |");
  }

  @Test
  void theIndexNamesThePage() throws IOException {
    assertThat(Files.readString(Path.of("docs/README.md")))
        .contains("(reference/configuration.md)");
  }
}
