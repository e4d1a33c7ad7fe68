package dev.krabkrab.gateway.agent.media;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reply of the process that reads a PDF, in bytes.
 *
 * @param pages null unless all went well
 */
record PdfAnswer(Verdict verdict, @Nullable PdfPages pages) {
  private static final int MOST_BYTES = 16 * 1024 * 1024;

  /** The outcome of reading. */
  enum Verdict {
    READ('r'),
    ENCRYPTED('e'),
    BROKEN('b');

    private final int code;

    Verdict(int code) {
      this.code = code;
    }

    private static Verdict of(int code) throws IOException {
      for (Verdict verdict : values()) {
        if (verdict.code == code) {
          return verdict;
        }
      }
      throw new IOException("no verdict " + code);
    }
  }

  static PdfAnswer failed(Verdict verdict) {
    return new PdfAnswer(verdict, null);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeByte(verdict.code);
    if (pages != null) {
      out.writeInt(pages.read());
      out.writeInt(pages.all());
      bytes(out, pages.text().getBytes(StandardCharsets.UTF_8));
      out.writeInt(pages.pictures().size());
      for (byte[] picture : pages.pictures()) {
        bytes(out, picture);
      }
    }
    out.flush();
  }

  private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Believes nothing: a hostile file may have taken the other process over. */
  static PdfAnswer read(DataInputStream in) throws IOException {
    Verdict verdict = Verdict.of(in.readByte());
    if (verdict != Verdict.READ) {
      return failed(verdict);
    }
    int read = within(in.readInt(), PdfPages.MOST);
    int all = within(in.readInt(), Integer.MAX_VALUE);
    String text = new String(bytes(in), StandardCharsets.UTF_8);
    int count = within(in.readInt(), PdfPages.MOST);
    List<byte[]> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pictures.add(bytes(in));
    }
    return new PdfAnswer(Verdict.READ, new PdfPages(text, pictures, read, all));
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    int length = within(in.readInt(), MOST_BYTES / (PdfPages.MOST + 1));
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("it ends early");
    }
    return bytes;
  }

  private static int within(int number, int most) throws IOException {
    if (number < 0 || number > most) {
      throw new IOException("no such number: " + number);
    }
    return number;
  }
}
