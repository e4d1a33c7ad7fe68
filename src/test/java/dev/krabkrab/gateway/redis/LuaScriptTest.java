package dev.krabkrab.gateway.redis;

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
    LuaScript script = LuaScript.load("lua/redis/append.lua");

    assertThat(script.source()).isEqualTo(text("lua/redis/append.lua"));
    assertThat(script.sha1()).isEqualTo(sha1(script.source()));
    assertThat(script.name()).isEqualTo("lua/redis/append.lua");
  }

  @Test
  void beginsWithWhatItIncludes() throws Exception {
    LuaScript script = LuaScript.load("lua/redis/including.lua");

    assertThat(script.source())
        .isEqualTo(text("lua/redis/twice.lua") + text("lua/redis/including.lua"));
    assertThat(script.sha1()).isEqualTo(sha1(script.source()));
    assertThat(script).hasToString("lua/redis/including.lua");
  }

  @Test
  void refusesWhatIsNotThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LuaScript.load("lua/redis/nowhere.lua"))
        .withMessage("no Lua script lua/redis/nowhere.lua");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LuaScript.load("lua/redis/dangling.lua"))
        .withMessage("no Lua script lua/redis/nowhere.lua");
  }

  @Test
  void refusesAnIncludeInAnInclude() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LuaScript.load("lua/redis/nested.lua"))
        .withMessageContaining("lua/redis/nested.lua includes redis/including.lua");
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
