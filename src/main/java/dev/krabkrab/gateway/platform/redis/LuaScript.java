package dev.krabkrab.gateway.platform.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One state transition, kept as a Lua resource file and run by its hash. Load it once, as a
 * constant of the store that owns it; equality is identity.
 *
 * <p>A first line {@code -- include pairing/scopes.lua} puts that file, named from the folder
 * {@code lua}, in front of the script: functions that scripts of one feature share. It cannot
 * include another one.
 */
public final class LuaScript {

  private static final String FOLDER = "lua/";
  private static final Pattern INCLUDE = Pattern.compile("-- include (\\S+)\\R(?s:.*)");

  private final String name;
  private final String source;
  private final String sha1;

  private LuaScript(String name, String source, String sha1) {
    this.name = name;
    this.source = source;
    this.sha1 = sha1;
  }

  /**
   * Reads a script, and what it includes, from the class path.
   *
   * @param resource path from the root of the class path, such as {@code
   *     lua/access/pairing/connect.lua}
   * @throws IllegalArgumentException when there is no such resource, or it includes one that is not
   *     there or includes something itself
   */
  public static LuaScript load(String resource) {
    String own = read(resource);
    Matcher include = INCLUDE.matcher(own);
    if (!include.matches()) {
      return new LuaScript(resource, own, hash(own));
    }
    String shared = read(FOLDER + include.group(1));
    if (INCLUDE.matcher(shared).matches()) {
      throw new IllegalArgumentException(
          resource + " includes " + include.group(1) + ", which must not include another one");
    }
    String whole = shared + own;
    return new LuaScript(resource, whole, hash(whole));
  }

  /** The resource path it was loaded from. */
  public String name() {
    return name;
  }

  /** The Lua text, with what it includes. */
  public String source() {
    return source;
  }

  /** SHA-1 of the text in lower-case hex: the name Redis knows it by. */
  public String sha1() {
    return sha1;
  }

  @Override
  public String toString() {
    return name;
  }

  private static String read(String resource) {
    try (InputStream in = LuaScript.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no Lua script " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read Lua script " + resource, e);
    }
  }

  private static String hash(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
