package dev.krabkrab.gateway.platform.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    "redis, 7.2.10, false",
    "redis, 7.2.11, true",
    "redis, 7.2.12, true",
    "redis, 7.4.5, false",
    "redis, 7.4.6, true",
    "redis, 8.0.3, false",
    "redis, 8.0.4, true",
    "redis, 8.0.10, true",
    "redis, 8.1.9, false",
    "redis, 8.2.1, false",
    "redis, 8.2.2, true",
    "redis, 8.4.0, true",
    "redis, 10.0.0, true",
    "valkey, 7.2.4, false",
    "valkey, 7.2.11, true",
    "valkey, 8.0.1, false",
    "valkey, 8.0.5, false",
    "valkey, 8.0.6, true",
    "valkey, 8.1.3, false",
    "valkey, 8.1.4, true",
    "valkey, 9.0.0, true",
  })
  void knowsWhichReleasesAreFixed(String name, String version, boolean fixed) {
    ServerVersion known = ServerVersion.ofInfo(name + "_version:" + version).orElseThrow();
    assertThat(known.isFixed()).isEqualTo(fixed);
    assertThat(known).hasToString(name + "-server " + version);
    String printed = (name.equals("redis") ? "Redis" : "Valkey") + " server v=" + version;
    assertThat(ServerVersion.ofProgram(printed + " sha=00000000:0 malloc=libc bits=64\n"))
        .contains(known);
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
    Path valkey = program(folder.resolve("c/valkey-server"), "Valkey server v=8.1.4 sha=0");
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
