package dev.krabkrab.gateway.platform.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerPageTest {
  private static final List<ObjectNode> ROWS =
      IntStream.range(0, 25)
          .mapToObj(i -> Json.object().put("id", "d" + i).put("name", "ü\u0001".repeat(i * 7 % 40)))
          .toList();

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 250, 999, 3_000, 1_000_000})
  void pagesHaveEveryRowOnceInOrderAndKeepTheirBound(int most) {
    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      AnswerPage page = AnswerPage.of(ROWS, "id", cursor, most);
      assertThat(page.rows()).isNotEmpty();
      int bytes = 0;
      for (int i = 0; i < page.rows().size(); i++) {
        seen.add(page.rows().get(i).path("id").asText());
        bytes += Json.text(page.rows().get(i)).getBytes(StandardCharsets.UTF_8).length;
      }
      assertThat(page.rows().size() == 1 || bytes <= most).isTrue();
      cursor = page.next();
    } while (cursor != null);
    assertThat(seen).isEqualTo(ROWS.stream().map(row -> row.path("id").asText()).toList());
  }

  @Test
  void anAnswerWithoutRowsHasNoNext() {
    assertThat(AnswerPage.of(List.of(), "id", "d3", 10))
        .isEqualTo(new AnswerPage(Json.array(), null));
    assertThat(AnswerPage.of(ROWS, "id", "d24", 10).rows()).isEmpty();
  }

  @Test
  void aRowThatIsGoneIsNoPlaceToGoOnFrom() {
    assertThat(AnswerPage.of(ROWS, "id", "gone", 1).rows().get(0).path("id").asText())
        .isEqualTo("d0");
  }
}
