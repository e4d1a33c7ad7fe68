package dev.krabkrab.gateway.access.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Json5;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentEntriesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{a:1} | {a:1} | ``",
        "{a:1} | {a:2} | a",
        "{a:{b:1,c:2}} | {a:{b:1,c:3,d:4}} | a.c a.d",
        "{a:{b:1}} | {} | a",
        "{a:[1]} | {a:[1,2]} | a",
        "{a:{b:1}} | {a:'secret'} | a",
        "{meta:{x:1},a:{meta:1}} | {meta:{x:2},a:{meta:2}} | a.meta",
      })
  void pathsOfWhatDiffers(String before, String after, String paths) {
    assertThat(String.join(" ", DocumentEntries.paths(Json5.parse(before), Json5.parse(after))))
        .isEqualTo(paths);
  }
}
