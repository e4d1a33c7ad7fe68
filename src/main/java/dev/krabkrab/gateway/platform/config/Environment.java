package dev.krabkrab.gateway.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The environment of this process as settings may use it: {@code NAME}, or else the content of the
 * file that {@code NAME_FILE} names, as secrets are mounted. A file is read once.
 */
public final class Environment implements UnaryOperator<String> {
  private static final Logger LOG = LoggerFactory.getLogger(Environment.class);

  private final Map<String, String> variables;
  private final Map<String, String> files = new ConcurrentHashMap<>();

  public Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  /** A variable, or an empty text when it is not set. */
  @Override
  public String apply(String name) {
    String value = variables.get(name);
    String file = variables.get(name + "_FILE");
    if (value != null || file == null) {
      return value == null ? "" : value;
    }
    return files.computeIfAbsent(name, first -> read(name, file));
  }

  private static String read(String name, String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException | IllegalArgumentException e) {
      LOG.error("{}_FILE: cannot read {}", name, file);
      return "";
    }
  }
}
