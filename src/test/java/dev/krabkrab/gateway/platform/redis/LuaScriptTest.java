package dev.krabkrab.gateway.platform.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class LuaScriptTest {

  @Test
  void isTheTextOfItsFileByItsHash() throws Exception {
    LuaScript script = LuaScript.load("lua/platform/redis/append.lua");

    assertThat(script.source()).isEqualTo(text("lua/platform/redis/append.lua"));
    assertThat(script.sha1()).isEqualTo(sha1(script.source()));
    assertThat(script.name()).isEqualTo("lua/platform/redis/append.lua");
  }

  @Test
  void beginsWithWhatItIncludes() throws Exception {
    LuaScript script = LuaScript.load("lua/platform/redis/including.lua");

    assertThat(script.source())
        .isEqualTo(text("lua/platform/redis/twice.lua") + text("lua/platform/redis/including.lua"));
    assertThat(script.sha1()).isEqualTo(sha1(script.source()));
    assertThat(script).hasToString("lua/platform/redis/including.lua");
  }

  @Test
  void refusesWhatIsNotThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LuaScript.load("lua/platform/redis/nowhere.lua"))
        .withMessage("no Lua script lua/platform/redis/nowhere.lua");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LuaScript.load("lua/platform/redis/dangling.lua"))
        .withMessage("no Lua script lua/platform/redis/nowhere.lua");
  }

  @Test
  void refusesAnIncludeInAnInclude() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LuaScript.load("lua/platform/redis/nested.lua"))
        .withMessageContaining(
            "lua/platform/redis/nested.lua includes platform/redis/including.lua");
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = LuaScriptTest.class.getClassLoader().getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String sha1(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }
}
