package dev.krabkrab.gateway.agent.skills;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads the skills of a folder or a zip archive: each is a folder with a {@value #FILE} that begins
 * with a head in YAML between two lines of three dashes. In an archive they may have a folder
 * around them all. Blocks. What cannot be read is left out and logged.
 */
final class SkillFiles {
  private static final Logger LOG = LoggerFactory.getLogger(SkillFiles.class);
  private static final String FILE = "SKILL.md";
  private static final String FENCE = "---";
  private static final int MOST_SKILLS = 500;
  private static final int MOST_BYTES = 262_144;
  private static final int MOST_DEPTH = 20;
  private static final long MOST_ARCHIVE_BYTES = 64L << 20;
  private static final Pattern ENTRY = Pattern.compile("(?:[^/]+/){1,2}" + FILE);
  private static final List<String> METADATA =
      List.of("krabkrab", "openclaw", "clawdbot", "moltbot");

  private SkillFiles() {}

  /** The skills of a place by the names of their folders; none when it is not there. */
  static List<Skill> in(Path place) {
    if (Files.isRegularFile(place)) {
      return inArchive(place);
    }
    return Files.isDirectory(place) ? inFolder(place) : List.of();
  }

  /** What a skill says as a whole; empty when it cannot be read any more. */
  static Optional<String> text(Path place, Skill skill) {
    if (!Files.isRegularFile(place)) {
      return read(place, skill.file());
    }
    try (ZipFile zip = open(place)) {
      String name = place.relativize(skill.file()).toString().replace('\\', '/');
      return Optional.ofNullable(zip.getEntry(name)).flatMap(entry -> read(zip, entry));
    } catch (IOException e) {
      LOG.warn("the skills in {} cannot be read: {}", place, e.getMessage());
      return Optional.empty();
    }
  }

  private static List<Skill> inArchive(Path archive) {
    List<Skill> found = new ArrayList<>();
    try (ZipFile zip = open(archive)) {
      zip.stream()
          .filter(entry -> ENTRY.matcher(entry.getName()).matches())
          .filter(entry -> !entry.getName().startsWith("../"))
          .sorted(Comparator.comparing(ZipEntry::getName))
          .limit(MOST_SKILLS)
          .forEach(
              entry ->
                  read(zip, entry)
                      .ifPresent(text -> found.add(parse(archive.resolve(entry.getName()), text))));
    } catch (IOException e) {
      LOG.warn("the skills in {} cannot be read: {}", archive, e.getMessage());
    }
    return found;
  }

  private static ZipFile open(Path archive) throws IOException {
    if (Files.size(archive) > MOST_ARCHIVE_BYTES) {
      throw new IOException("longer than " + MOST_ARCHIVE_BYTES + " bytes");
    }
    return new ZipFile(archive.toFile());
  }

  /** What an entry says of its own length is anybody's word. */
  private static Optional<String> read(ZipFile zip, ZipEntry entry) {
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        LOG.warn("{} in {} is longer than {} bytes", entry.getName(), zip.getName(), MOST_BYTES);
        return Optional.empty();
      }
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.warn("{} in {} cannot be read: {}", entry.getName(), zip.getName(), e.getMessage());
      return Optional.empty();
    }
  }

  private static List<Skill> inFolder(Path folder) {
    List<Skill> found = new ArrayList<>();
    try (Stream<Path> entries = Files.list(folder)) {
      entries
          .map(entry -> entry.resolve(FILE))
          .filter(Files::isRegularFile)
          .sorted()
          .limit(MOST_SKILLS)
          .forEach(file -> read(folder, file).ifPresent(text -> found.add(parse(file, text))));
    } catch (IOException e) {
      LOG.warn("the skills in {} cannot be read: {}", folder, e.getMessage());
    }
    return found;
  }

  /** Links within the folder are how mounts are made; one that leads out of it reads anything. */
  private static Optional<String> read(Path folder, Path file) {
    try {
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        LOG.warn("{} is a link out of {} and is not read: copy the skill there", file, folder);
        return Optional.empty();
      }
      if (Files.size(file) > MOST_BYTES) {
        LOG.warn("{} is longer than {} bytes", file, MOST_BYTES);
        return Optional.empty();
      }
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.warn("{} cannot be read: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  static Skill parse(Path file, String text) {
    ObjectNode head = head(text);
    JsonNode metadata = head.path("metadata");
    if (metadata.isTextual()) {
      metadata = json5(metadata.textValue());
    }
    for (String name : METADATA) {
      if (metadata.path(name).isObject()) {
        return Skill.of(file, head, metadata.path(name));
      }
    }
    return Skill.of(file, head, Json.object());
  }

  private static ObjectNode head(String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().strip().equals(FENCE)) {
      return Json.object();
    }
    List<String> head =
        lines.stream().skip(1).takeWhile(line -> !line.strip().equals(FENCE)).toList();
    try {
      LoaderOptions options = new LoaderOptions();
      options.setMaxAliasesForCollections(MOST_DEPTH);
      options.setNestingDepthLimit(MOST_DEPTH);
      Object loaded = new Yaml(new SafeConstructor(options)).load(String.join("\n", head));
      return Json.mapper().valueToTree(loaded) instanceof ObjectNode object
          ? object
          : Json.object();
    } catch (YAMLException | IllegalArgumentException e) {
      return lineByLine(head);
    }
  }

  /** Heads written by hand are often no YAML: a colon in a description is enough. */
  private static ObjectNode lineByLine(List<String> head) {
    ObjectNode found = Json.object();
    for (String line : head) {
      int colon = line.indexOf(':');
      if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
        found.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    return found;
  }

  private static JsonNode json5(String text) {
    try {
      return Json5.parse(text);
    } catch (Json5.SyntaxException e) {
      return Json.object();
    }
  }
}
