package dev.krabkrab.gateway.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AotTrainingIT {
  @Test
  void itPlaysToTheEndAndLeavesNothingBehind() throws IOException {
    Set<Path> before = stages();

    assertThat(new AotTraining().run()).isZero();

    assertThat(stages()).isEqualTo(before);
  }

  private static Set<Path> stages() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(path -> path.getFileName().toString().startsWith("krabkrab-training"))
          .collect(Collectors.toSet());
    }
  }
}
