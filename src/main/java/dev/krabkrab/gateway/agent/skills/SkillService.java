package dev.krabkrab.gateway.agent.skills;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.settings.DocumentChanges;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The skills in a folder or archive that every instance has, set up in the gateway document.
 * Protocol 03 §18, 02 §12.
 */
public final class SkillService {
  private final Vertx vertx;
  private final Path folder;
  private final Supplier<JsonNode> document;
  private final Supplier<List<String>> bins;
  private final DocumentChanges changes;
  private final Map<String, String> environment;

  /**
   * @param folder whose folders are the skills, or a zip archive of them; need not exist
   * @param document the gateway document as it is now
   * @param bins programs that it allows besides those of the skills
   * @param environment variables of this process
   */
  public SkillService(
      Vertx vertx,
      Path folder,
      Supplier<JsonNode> document,
      Supplier<List<String>> bins,
      DocumentChanges changes,
      Map<String, String> environment) {
    this.vertx = vertx;
    this.folder = folder;
    this.document = document;
    this.bins = bins;
    this.changes = changes;
    this.environment = Map.copyOf(environment);
  }

  /**
   * A skill that agents may use.
   *
   * @param description when it is of use
   */
  public record Offered(String name, String description) {}

  /** The skills that are on and lack nothing. */
  public Future<List<Offered>> offered() {
    return eligible()
        .map(
            skills ->
                skills.stream()
                    .map(skill -> new Offered(skill.name(), skill.description()))
                    .toList());
  }

  /** What one of these says; empty for any other. */
  public Future<Optional<String>> text(String name) {
    return eligible()
        .compose(
            skills ->
                blocking(
                    () ->
                        skills.stream()
                            .filter(skill -> skill.name().equals(name))
                            .findFirst()
                            .flatMap(skill -> SkillFiles.text(folder, skill))));
  }

  private Future<List<Skill>> eligible() {
    HostEnvironment around = surroundings();
    return blocking(() -> SkillFiles.in(folder).stream().filter(around::isEligible).toList());
  }

  private HostEnvironment surroundings() {
    return new HostEnvironment(environment, os(), document.get());
  }

  /** The payload of {@code skills.status}. */
  Future<JsonText> status() {
    HostEnvironment around = surroundings();
    return blocking(
        () -> {
          ObjectNode json =
              Json.object()
                  .put("workspaceDir", folder.toString())
                  .put("managedSkillsDir", folder.toString());
          ArrayNode rows = json.putArray("skills");
          SkillFiles.in(folder).forEach(skill -> rows.add(SkillRow.of(skill, around)));
          return JsonText.of(json);
        });
  }

  /** The payload of {@code skills.bins}: what the document names, and what the skills need. */
  Future<JsonText> bins() {
    return skills()
        .map(
            skills -> {
              TreeSet<String> all = new TreeSet<>(bins.get());
              for (Skill skill : skills) {
                all.addAll(skill.needs().bins());
                all.addAll(skill.needs().anyBins());
                all.addAll(skill.installBins());
              }
              return JsonText.of(Json.object().set("bins", Json.texts(all)));
            });
  }

  /** Refuses: no instance installs anything where it runs. */
  Future<JsonText> install(String name, String installId) {
    return skills()
        .compose(
            skills -> {
              boolean known = skills.stream().anyMatch(skill -> skill.name().equals(name));
              String message =
                  known ? "Installer not found: " + installId : "Skill not found: " + name;
              ObjectNode payload =
                  Json.object()
                      .put("ok", false)
                      .put("message", message)
                      .put("stdout", "")
                      .put("stderr", "")
                      .putNull("code");
              return Future.failedFuture(
                  new GatewayError(ErrorShape.unavailable(message), JsonText.of(payload)));
            });
  }

  /** Changes {@code skills.entries} of the gateway document and answers the new entry. */
  Future<JsonText> update(Caller by, JsonNode params) {
    String key = params.path("skillKey").asText();
    return changes
        .change(by, content -> SkillEntries.changed(content, key, params))
        .map(
            content -> {
              ObjectNode json = Json.object().put("ok", true).put("skillKey", key);
              json.set("config", content.path("skills").path("entries").path(key));
              return JsonText.of(json);
            });
  }

  private Future<List<Skill>> skills() {
    return blocking(() -> SkillFiles.in(folder));
  }

  private <T> Future<T> blocking(Supplier<T> work) {
    return vertx.executeBlocking(work::get, false).map(Objects::requireNonNull);
  }

  private static String os() {
    String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return "darwin";
    }
    return name.startsWith("windows") ? "win32" : "linux";
  }
}
