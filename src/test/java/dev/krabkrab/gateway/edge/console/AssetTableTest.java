package dev.krabkrab.gateway.edge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The console's files name each other as they are served. */
class AssetTableTest {
  private static final Pattern IMPORTED =
      Pattern.compile("(?:from|import)\\s*\\(?\\s*[\"']([^\"'\\n]+\\.js)[\"']");

  private final AssetTable table = AssetTable.load();

  @Test
  void everyImportLeadsToAServedFile() {
    int imports = 0;
    for (Map.Entry<String, Asset> script : table.served().entrySet()) {
      if (!script.getKey().endsWith(".js")) {
        continue;
      }
      Matcher named = IMPORTED.matcher(text(script.getValue()));
      while (named.find()) {
        imports++;
        assertThat(named.group(1)).as(script.getKey()).startsWith("./");
        assertThat(table.find(named.group(1).substring(2))).as(named.group(1)).isNotNull();
      }
    }
    assertThat(imports).isPositive();
  }

  @Test
  void theDocumentNamesItsFilesFromWhereItIs() {
    String page = text(table.document("/gw/console/"));

    List<String> named =
        Pattern.compile("(?:src|href)=\"(/[^\"]+)\"")
            .matcher(page)
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(named)
        .allMatch(name -> name.startsWith("/gw/console/a/"))
        .anyMatch(name -> name.matches(".*/app\\.[0-9a-f]{16}\\.js"))
        .anyMatch(name -> name.matches(".*/picocss-pico-css-pico\\.min\\.[0-9a-f]{16}\\.css"))
        .allMatch(name -> table.find(name.substring("/gw/console/a/".length())) != null);
    assertThat(page)
        .contains("<link rel=\"modulepreload\" href=\"/gw/console/a/lit-html-lit-html.");
    assertThat(Objects.requireNonNull(table.document("/console/")).tag())
        .isNotEqualTo(table.document("/gw/console/").tag());
  }

  @Test
  void nothingInTheDocumentIsInline() {
    String page = text(table.document("/console/"));

    assertThat(page)
        .doesNotContain("<style")
        .doesNotContain(" style=")
        .doesNotContainPattern("<script(?![^>]*\\ssrc=)")
        .doesNotContainPattern("\\son[a-z]+=")
        .doesNotContain("importmap");
  }

  @Test
  void namesAreTheSameOnEveryInstance() {
    assertThat(AssetTable.load().served().keySet()).isEqualTo(table.served().keySet());
  }

  @Test
  void sourceMapsAreNotAskedFor() {
    assertThat(table.served().values().stream().map(AssetTableTest::text))
        .noneMatch(text -> text.contains("sourceMappingURL"));
  }

  @ParameterizedTest
  @CsvSource({
    "lit-html, app.js, lit-html/lit-html.js",
    "lit, app.js, lit/index.js",
    "lit-html/directives/repeat.js, app.js, lit-html/directives/repeat.js",
    "../directive.js, lit-html/directives/repeat.js, lit-html/directive.js",
    "@lit/reactive-element, lit/index.js, @lit/reactive-element/reactive-element.js",
    "./css-tag.js, @lit/reactive-element/reactive-element.js, @lit/reactive-element/css-tag.js",
    "./parts/x.js, app.js, parts/x.js",
    "pico.min.css, index.html, @picocss/pico/css/pico.min.css"
  })
  void referencesAreResolved(String reference, String from, String name) {
    assertThat(ConsoleFiles.resolve(reference, from)).isEqualTo(name);
  }

  @Test
  void everyPackageHasTheFilesOfItsName() {
    Stream.of("lit", "lit-html", "lit-element", "@lit/reactive-element", "pico.min.css")
        .map(name -> ConsoleFiles.resolve(name, "app.js"))
        .forEach(name -> assertThat(ConsoleFiles.read(name)).as(name).isNotEmpty());
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ConsoleFiles.read("nosuch.js"))
        .withMessageContaining("nosuch.js");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "import{a as b}from\"./x.js\";f()|x.js|true",
        "export*from'./x.js'|x.js|true",
        "import './x.js'|x.js|true",
        "import {\\n a,\\n b,\\n} from './x.js'|x.js|true",
        "const x = () => import('./x.js')|x.js|false",
        "const y = new URL('./x.svg', import.meta.url)|x.svg|false"
      })
  void placesAreFound(String script, String target, boolean atOnce) {
    String text = script.replace("\\n", "\n");

    assertThat(References.in("app.js", text))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.target()).isEqualTo(target);
              assertThat(found.atOnce()).isEqualTo(atOnce);
              assertThat(text.substring(found.start(), found.end())).isEqualTo("./" + target);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "say(\"taken from \" + \"./x.js\")",
        "x.import('./x.js')",
        "reimport('./x.js')",
        "const text = 'from ./x.js'"
      })
  void whatOnlyLooksLikeAPlaceIsLeftAlone(String script) {
    assertThat(References.in("app.js", script)).isEmpty();
  }

  @Test
  void stylesNameFiles() {
    assertThat(References.in("app.css", "a{b:url(./x.svg)} c{d:url(\"data:image/svg+xml,x\")}"))
        .extracting(References.Reference::target)
        .containsExactly("x.svg");
  }

  private static String text(Asset asset) {
    return asset.plain().toString(StandardCharsets.UTF_8);
  }
}
