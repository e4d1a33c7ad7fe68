package dev.krabkrab.gateway.platform.redis;

import java.io.IOException;
import java.nio.file.Path;

/** The programs of Redis that the tests have. */
public final class RedisPrograms {

  private RedisPrograms() {}

  /** The server that {@link RedisProcess} starts. */
  public static Path server() throws IOException {
    return RedisBinary.locate(TestRedis.binaryFolder());
  }

  /** Whether a server with this address answers, and what. */
  public static String ask(int port, String password, String commands) {
    return RedisTalk.ask(port, "AUTH " + password + "\r\n" + commands);
  }
}
