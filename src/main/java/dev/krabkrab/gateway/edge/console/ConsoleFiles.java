package dev.krabkrab.gateway.edge.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Reads the console's own files, which are resources below {@code console/}, and those of the
 * packages it is made with, which come as WebJars and are named as their packages name them.
 */
final class ConsoleFiles {
  private static final String OWN = "/console/";
  private static final String JARS = "org.webjars.npm";

  /**
   * A package of modules, in a WebJar.
   *
   * @param name before the first slash of a file's name, or before the second after an {@code @}
   * @param jar the WebJar's name
   * @param main the file that the bare name means
   */
  private record WebJar(String name, String jar, String main) {}

  private static final List<WebJar> PACKAGES =
      List.of(
          new WebJar("lit", "lit", "index.js"),
          new WebJar("lit-html", "lit-html", "lit-html.js"),
          new WebJar("lit-element", "lit-element", "index.js"),
          new WebJar("@lit/reactive-element", "lit__reactive-element", "reactive-element.js"),
          new WebJar("@picocss/pico", "picocss__pico", "css/pico.min.css"));

  /** Names for what is written often. */
  private static final Map<String, String> SHORT =
      Map.of("pico.min.css", "@picocss/pico/css/pico.min.css");

  private ConsoleFiles() {}

  /**
   * The full name of a file.
   *
   * @param reference relative ({@code ./x.js}), or beginning with the name of a package
   * @param from the file in which it stands
   */
  static String resolve(String reference, String from) {
    if (reference.startsWith("./") || reference.startsWith("../")) {
      return URI.create("/" + from).resolve(reference).getPath().substring(1);
    }
    WebJar exact = named(reference);
    String full = exact == null ? reference : exact.name() + "/" + exact.main();
    return SHORT.getOrDefault(full, full);
  }

  /**
   * The content of a file by its full name.
   *
   * @throws IllegalStateException if there is none
   */
  static byte[] read(String name) {
    WebJar in =
        PACKAGES.stream().filter(one -> name.startsWith(one.name() + "/")).findAny().orElse(null);
    return in == null
        ? resource(OWN + name, name)
        : resource(
            "/META-INF/resources/webjars/%s/%s/%s"
                .formatted(in.jar(), version(in), name.substring(in.name().length() + 1)),
            name);
  }

  private static @Nullable WebJar named(String name) {
    return PACKAGES.stream().filter(one -> one.name().equals(name)).findAny().orElse(null);
  }

  private static String version(WebJar in) {
    String name = "/META-INF/maven/%s/%s/pom.properties".formatted(JARS, in.jar());
    Properties facts = new Properties();
    try (InputStream open = ConsoleFiles.class.getResourceAsStream(name)) {
      if (open == null) {
        throw new IllegalStateException("the WebJar " + in.jar() + " is missing");
      }
      facts.load(open);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return facts.getProperty("version", "");
  }

  private static byte[] resource(String path, String name) {
    try (InputStream open = ConsoleFiles.class.getResourceAsStream(path)) {
      if (open == null) {
        throw new IllegalStateException("the console has no file " + name);
      }
      return open.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
