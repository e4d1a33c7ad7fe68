package dev.krabkrab.gateway.edge.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The one compression of answers, where a client asks for it. RFC 9110 §12.5.3. */
public final class Gzip {
  public static final String NAME = "gzip";

  private static final List<String> NAMES = List.of(NAME, "x-gzip");
  private static final String ANY = "*";

  private Gzip() {}

  /**
   * Whether a client takes gzip: it names it, or anything, with a weight above 0. What is not
   * understood counts as no.
   *
   * @param accepted value of {@code Accept-Encoding}, null when there is none
   */
  public static boolean accepted(@Nullable String accepted) {
    boolean any = false;
    for (String one : accepted == null ? List.<String>of() : List.of(accepted.split(","))) {
      String[] parts = one.split(";", 2);
      String name = parts[0].strip().toLowerCase(Locale.ROOT);
      boolean wanted = parts.length == 1 || isWanted(parts[1]);
      if (NAMES.contains(name)) {
        return wanted;
      }
      any |= name.equals(ANY) && wanted;
    }
    return any;
  }

  private static boolean isWanted(String parameter) {
    String[] weight = parameter.strip().toLowerCase(Locale.ROOT).split("=", 2);
    try {
      return weight.length == 2
          && weight[0].strip().equals("q")
          && Double.parseDouble(weight[1].strip()) > 0;
    } catch (NumberFormatException notNumber) {
      return false;
    }
  }

  /** Compresses, fast rather than well. Takes milliseconds for a large text: off event loops. */
  static byte[] compress(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(plain.length / 8 + 64);
    try (GZIPOutputStream out = new Fast(packed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static final class Fast extends GZIPOutputStream {
    private static final int BUFFER = 8_192;

    Fast(ByteArrayOutputStream out) throws IOException {
      super(out, BUFFER);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
