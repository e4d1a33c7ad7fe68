package dev.krabkrab.gateway.edge.console;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file as it is served. Safe from any thread: nobody writes to its buffers.
 *
 * @param type for {@code Content-Type}
 * @param plain its bytes
 * @param packed the same in gzip, or null where that gains nothing
 * @param tag its {@code ETag}, without quotation marks: a hash of its bytes
 */
record Asset(String type, Buffer plain, @Nullable Buffer packed, String tag) {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "woff2", "font/woff2");

  /**
   * Makes one.
   *
   * @param name tells its type
   * @throws IllegalStateException if nothing is known of such files
   */
  static Asset of(String name, byte[] content) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IllegalStateException("the console serves no files like " + name);
    }
    byte[] packed = gzip(content);
    return new Asset(
        type,
        Buffer.buffer(content),
        packed.length < content.length ? Buffer.buffer(packed) : null,
        hash(content));
  }

  static Asset of(String name, String content) {
    return of(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** 16 hexadecimal digits. */
  static String hash(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new Small(packed)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static final class Small extends GZIPOutputStream {
    Small(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
