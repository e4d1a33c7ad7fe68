package dev.krabkrab.gateway.skills;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SkillMethodsTest {
  @Test
  void namesEachProgramOnceInOrder() {
    assertThat(new SkillMethods(() -> List.of("z", "a", "z")).bins())
        .hasToString("{\"bins\":[\"a\",\"z\"]}");
    assertThat(new SkillMethods(List::of).bins()).hasToString("{\"bins\":[]}");
  }
}
