package dev.krabkrab.gateway.platform.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerVersionTest {
  @ParameterizedTest
  @CsvSource({
    "redis, 5.0.14, false",
    "redis, 6.2.20, false",
    "redis, 7.0.15, false",
    "redis, 7.0.99, false",
    "redis, 7.2.15, false",
    "redis, 7.2.16, true",
    "redis, 7.2.17, true",
    "redis, 7.4.10, false",
    "redis, 7.4.11, true",
    "redis, 8.0.6, false",
    "redis, 8.0.99, false",
    "redis, 8.1.9, false",
    "redis, 8.2.8, false",
    "redis, 8.2.9, true",
    "redis, 8.2.10, true",
    "redis, 8.4.5, false",
    "redis, 8.4.6, true",
    "redis, 8.6.6, false",
    "redis, 8.6.7, true",
    "redis, 8.8.2, false",
    "redis, 8.8.3, true",
    "redis, 8.9.1, false",
    "redis, 8.10.1, false",
    "redis, 8.10.2, true",
    "redis, 8.12.0, true",
    "redis, 10.0.0, true",
    "valkey, 7.2.4, false",
    "valkey, 7.2.11, false",
    "valkey, 8.0.9, false",
    "valkey, 8.0.10, true",
    "valkey, 8.1.8, false",
    "valkey, 8.1.9, true",
    "valkey, 9.0.4, false",
    "valkey, 9.0.5, true",
    "valkey, 9.1.0, false",
    "valkey, 9.1.1, true",
    "valkey, 9.2.0, true",
    "valkey, 10.0.0, true",
  })
  void knowsWhichReleasesAreFixed(String name, String version, boolean fixed) {
    ServerVersion known = ServerVersion.ofInfo(name + "_version:" + version).orElseThrow();
    assertThat(known.isFixed()).isEqualTo(fixed);
    assertThat(known).hasToString(name + "-server " + version);
    String printed = (name.equals("redis") ? "Redis" : "Valkey") + " server v=" + version;
    assertThat(ServerVersion.ofProgram(printed + " sha=00000000:0 malloc=libc bits=64\n"))
        .contains(known);
  }

  /** What is advised is what counts as fixed, and the release before it is not. */
  @Test
  void theAdviceNamesTheFirstReleasesThatAreFixed() {
    ServerVersion old = ServerVersion.ofInfo("redis_version:7.0.15").orElseThrow();
    assertThat(old.advice()).contains("CVE-2026-81934").doesNotContain("CVE-2026-56684");
    assertThat(ServerVersion.ofInfo("valkey_version:8.0.1").orElseThrow().advice())
        .contains("CVE-2026-56684");
    String named = old.advice();
    int valkeys = named.indexOf("Valkey");
    Matcher releases = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)").matcher(named);
    int count = 0;
    while (releases.find()) {
      String name = releases.start() < valkeys ? "redis" : "valkey";
      int patch = Integer.parseInt(releases.group(3));
      ServerVersion first = version(name, releases.group(1), releases.group(2), patch);
      assertThat(first.isFixed()).as(first.toString()).isTrue();
      ServerVersion before = version(name, releases.group(1), releases.group(2), patch - 1);
      assertThat(before.isFixed()).as(before.toString()).isFalse();
      count++;
    }
    assertThat(count).isEqualTo(11);
  }

  @Test
  void thePageNamesTheReleasesOfTheAdvice() throws Exception {
    String advice = ServerVersion.ofInfo("redis_version:7.0.15").orElseThrow().advice();
    String releases =
        advice.substring(advice.indexOf("Redis 7.2."), advice.indexOf(", or a newer one"));
    assertThat(Files.readString(Path.of("docs/operations/redis.md"))).contains("| " + releases);
  }

  private static ServerVersion version(String name, String major, String minor, int patch) {
    return new ServerVersion(name, Integer.parseInt(major), Integer.parseInt(minor), patch);
  }

  @Test
  void anotherTextIsNoVersion() {
    assertThat(ServerVersion.ofInfo("redis_mode:standalone")).isEmpty();
    assertThat(ServerVersion.ofProgram("sh: not found")).isEmpty();
  }

  @Test
  void theFirstProgramWithoutKnownHolesIsTaken(@TempDir Path folder) throws Exception {
    Path old = program(folder.resolve("a/redis-server"), "Redis server v=7.0.15 sha=0");
    Path broken = program(folder.resolve("b/redis-server"), "what?");
    Path valkey = program(folder.resolve("c/valkey-server"), "Valkey server v=8.1.9 sha=0");
    String path =
        String.join(
            ":", old.getParent().toString(), "", broken.getParent() + "", valkey.getParent() + "");
    assertThat(RedisBinary.installed(path)).containsExactly(old, broken, valkey);
    assertThat(RedisBinary.best(RedisBinary.installed(path))).isEqualTo(valkey);
    assertThat(RedisBinary.best(RedisBinary.installed(old.getParent().toString()))).isEqualTo(old);
  }

  private static Path program(Path file, String says) throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\necho '" + says + "'\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
