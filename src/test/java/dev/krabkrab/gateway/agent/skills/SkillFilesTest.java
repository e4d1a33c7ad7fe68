package dev.krabkrab.gateway.agent.skills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkillFilesTest {
  private static final Path FILE = Path.of("/skills/weather/SKILL.md");

  @TempDir private Path folder;

  @Test
  void readsAHeadInYamlWithJsonInIt() {
    Skill skill =
        SkillFiles.parse(
            FILE,
            """
            ---
            name: sky
            description: "Tells: the weather"
            homepage: https://example.org
            metadata: {"openclaw":{"emoji":"*","primaryEnv":"SKY_KEY","os":["linux"],
              "requires":{"bins":["curl"],"anyBins":["jq","yq"],"env":["SKY_KEY"],"config":["ui.sky"]},
              "install":[{"id":"brew","bins":["sky"]}]}}
            ---
            # Sky
            """);

    assertThat(skill.name()).isEqualTo("sky");
    assertThat(skill.key()).isEqualTo("sky");
    assertThat(skill.description()).isEqualTo("Tells: the weather");
    assertThat(skill.homepage()).isEqualTo("https://example.org");
    assertThat(skill.emoji()).isEqualTo("*");
    assertThat(skill.needs().anyBins()).containsExactly("jq", "yq");
    assertThat(skill.installBins()).containsExactly("sky");
  }

  @Test
  void readsAHeadThatIsNoYaml() {
    Skill skill =
        SkillFiles.parse(
            FILE,
            """
            ---
            description: Use when: it rains
            metadata: { moltbot: { skillKey: 'rain', always: true, }, }
            ---
            """);

    assertThat(skill.name()).isEqualTo("weather");
    assertThat(skill.key()).isEqualTo("rain");
    assertThat(skill.always()).isTrue();
    assertThat(skill.description()).isEqualTo("Use when: it rains");
  }

  @Test
  void aFileWithoutAHeadIsASkillByItsFolder() {
    assertThat(SkillFiles.parse(FILE, "# Only text").name()).isEqualTo("weather");
    assertThat(SkillFiles.parse(FILE, "---\n!!java.net.URL [x]\n---").name()).isEqualTo("weather");
  }

  @Test
  void aLinkOutOfTheFolderIsNotRead() throws Exception {
    Path place = Files.createDirectories(folder.resolve("skills"));
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Path secret = Files.writeString(outside.resolve("SKILL.md"), "---\nname: secret\n---\n");
    Files.createDirectories(place.resolve("file"));
    Files.createSymbolicLink(place.resolve("file/SKILL.md"), secret);
    Files.createSymbolicLink(place.resolve("tree"), outside);
    Files.createDirectories(place.resolve("..data/inner"));
    Path kept =
        Files.writeString(place.resolve("..data/inner/SKILL.md"), "---\nname: inner\n---\n");
    Files.createDirectories(place.resolve("mounted"));
    Files.createSymbolicLink(
        place.resolve("mounted/SKILL.md"), place.resolve("mounted").relativize(kept));

    assertThat(SkillFiles.in(place)).extracting(Skill::name).containsExactly("inner");
    Skill linked = SkillFiles.in(place).getFirst();
    assertThat(SkillFiles.text(place, linked)).isPresent();
    Files.delete(place.resolve("mounted/SKILL.md"));
    Files.createSymbolicLink(place.resolve("mounted/SKILL.md"), secret);
    assertThat(SkillFiles.text(place, linked)).isEmpty();
  }

  @Test
  void onlyFoldersWithAFileAreSkills() throws Exception {
    Files.createDirectories(folder.resolve("b"));
    Files.writeString(folder.resolve("b/SKILL.md"), "---\nname: second\n---\n");
    Files.createDirectories(folder.resolve("a"));
    Files.writeString(folder.resolve("a/SKILL.md"), "---\nname: first\n---\n");
    Files.createDirectories(folder.resolve("empty"));
    Files.writeString(folder.resolve("SKILL.md"), "not one");

    assertThat(SkillFiles.in(folder).stream().map(Skill::name)).containsExactly("first", "second");
    assertThat(SkillFiles.in(folder.resolve("nowhere"))).isEmpty();
  }

  @Test
  void anArchiveHoldsSkillsAsAFolderDoes() throws Exception {
    String big = "x".repeat(300_000);
    Path archive =
        SkillArchive.write(
            folder.resolve("skills.zip"),
            Map.of(
                "b/SKILL.md", "---\nname: second\n---\nDo it.\n",
                "all/a/SKILL.md", "---\nname: first\n---\n",
                "all/a/more.txt", "more",
                "SKILL.md", "not one",
                "x/y/z/SKILL.md", "too deep",
                "../out/SKILL.md", "outside",
                "big/SKILL.md", big));

    var skills = SkillFiles.in(archive);
    assertThat(skills.stream().map(Skill::name)).containsExactly("first", "second");
    assertThat(skills.getLast().file()).isEqualTo(archive.resolve("b/SKILL.md"));
    assertThat(SkillFiles.text(archive, skills.getLast()))
        .hasValueSatisfying(text -> assertThat(text).endsWith("Do it.\n"));

    Path broken = Files.writeString(folder.resolve("broken.zip"), "no archive");
    assertThat(SkillFiles.in(broken)).isEmpty();
  }

  @Test
  void whatASkillLacksDependsOnWhereItIs() throws Exception {
    Path program = folder.resolve("gh");
    Files.writeString(program, "#!/bin/sh\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Skill skill =
        SkillFiles.parse(
            FILE,
            """
            ---
            metadata: {openclaw: {primaryEnv: KEY, os: [plan9], requires:
              {bins: [gh, ../gh, none], env: [KEY, HOME, LACKED], config: [a.b, a.c]}}}
            ---
            """);
    HostEnvironment around =
        new HostEnvironment(
            Map.of("PATH", folder.toString(), "HOME", "/h"),
            "linux",
            Json5.parse("{a: {b: 1, c: ''}, skills: {entries: {weather: {apiKey: 'k'}}}}"));

    SkillRequirements missing = around.missing(skill);
    assertThat(missing.bins()).containsExactly("../gh", "none");
    assertThat(missing.env()).containsExactly("LACKED");
    assertThat(missing.config()).containsExactly("a.c");
    assertThat(missing.os()).containsExactly("plan9");
  }

  @Test
  void anEntryIsMergedAndBlanksTakeOut() {
    var content = Json.parseObject("{\"skills\":{\"entries\":{\"s\":{\"env\":{\"A\":\"1\"}}}}}");
    SkillEntries.changed(
        content,
        "s",
        Json5.parse("{enabled: false, apiKey: ' k ', env: {A: ' ', B: '2', ' ': 'x'}}"));
    assertThat(Json.text(content.at("/skills/entries/s")))
        .isEqualTo("{\"env\":{\"B\":\"2\"},\"enabled\":false,\"apiKey\":\"k\"}");
    SkillEntries.changed(content, "s", Json5.parse("{apiKey: ''}"));
    assertThat(content.at("/skills/entries/s").has("apiKey")).isFalse();
  }
}
