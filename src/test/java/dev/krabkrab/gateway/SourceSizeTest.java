package dev.krabkrab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No main source file is longer than 300 lines, and no method in it longer than 40. */
class SourceSizeTest {
  private static final Path MAIN = Path.of("src/main/java");
  private static final int MOST_LINES = 300;
  private static final int MOST_METHOD_LINES = 40;

  @Test
  void filesAreShort() throws IOException {
    assertThat(longFiles(MAIN)).isEmpty();
  }

  @Test
  void methodsAreShort() throws IOException {
    assertThat(longMethods(MAIN)).isEmpty();
  }

  @Test
  void aLongFileAndALongMethodAreFound(@TempDir Path sources) throws IOException {
    Files.writeString(sources.resolve("Fine.java"), source("Fine", MOST_METHOD_LINES, MOST_LINES));
    Files.writeString(
        sources.resolve("Long.java"), source("Long", MOST_METHOD_LINES + 1, MOST_LINES + 1));
    assertThat(longFiles(sources)).containsExactly("Long.java");
    assertThat(longMethods(sources)).containsExactly("Long.work");
  }

  /** A class with one method, of so many lines each. */
  private static String source(String name, int methodLines, int lines) {
    String method = "  void work() {" + "\n".repeat(methodLines - 1) + "  }\n";
    return "class " + name + " {\n" + method + "\n".repeat(lines - methodLines - 2) + "}\n";
  }

  private static List<String> longFiles(Path root) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources(root)) {
      try (Stream<String> lines = Files.lines(file)) {
        if (lines.count() > MOST_LINES) {
          found.add(String.valueOf(file.getFileName()));
        }
      }
    }
    return found;
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static List<String> longMethods(Path root) throws IOException {
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    List<String> found = new ArrayList<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources(root)));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new LongMethods(unit, positions, found).scan(unit, null);
      }
    }
    return found;
  }

  private static final class LongMethods extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> found;

    LongMethods(CompilationUnitTree unit, SourcePositions positions, List<String> found) {
      this.unit = unit;
      this.positions = positions;
      this.found = found;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
      long first = line(positions.getStartPosition(unit, method));
      long last = line(positions.getEndPosition(unit, method) - 1);
      if (last - first + 1 > MOST_METHOD_LINES) {
        String file = String.valueOf(Path.of(unit.getSourceFile().getName()).getFileName());
        found.add(file.replace(".java", ".") + method.getName());
      }
      return super.visitMethod(method, nothing);
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }
}
