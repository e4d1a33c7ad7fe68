package dev.krabkrab.gateway.cli.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The beginning and the end of an output, at most so many bytes; between them is left out. One
 * thread fills it, any may read.
 */
final class OutputBuffer {
  private final byte[] head;
  private final byte[] tail;
  private int headLength;
  private long tailLength;

  /**
   * @param limit bytes that are kept, half of them of the beginning
   */
  OutputBuffer(int limit) {
    this.head = new byte[limit / 2];
    this.tail = new byte[limit - limit / 2];
  }

  /** Reads to the end, or until the stream breaks. */
  void fill(InputStream from) {
    byte[] part = new byte[8_192];
    try (from) {
      for (int n = from.read(part); n >= 0; n = from.read(part)) {
        add(part, n);
      }
    } catch (IOException broken) {
      // The stream is closed when the process is ended: what came is what there is.
      return;
    }
  }

  synchronized void add(byte[] bytes, int length) {
    int first = Math.min(length, head.length - headLength);
    System.arraycopy(bytes, 0, head, headLength, first);
    headLength += first;
    for (int i = first; i < length; i++) {
      tail[(int) (tailLength++ % tail.length)] = bytes[i];
    }
  }

  /** Whether bytes are left out. */
  synchronized boolean isTruncated() {
    return tailLength > tail.length;
  }

  /** The text; what is no UTF-8 is shown as replacement characters. */
  synchronized String text() {
    int kept = (int) Math.min(tailLength, tail.length);
    byte[] end = new byte[kept];
    for (int i = 0; i < kept; i++) {
      end[i] = tail[(int) ((tailLength - kept + i) % tail.length)];
    }
    if (!isTruncated()) {
      byte[] all = new byte[headLength + kept];
      System.arraycopy(head, 0, all, 0, headLength);
      System.arraycopy(end, 0, all, headLength, kept);
      return new String(all, StandardCharsets.UTF_8);
    }
    int until = wholeUntil();
    int from = wholeFrom(end);
    long left = tailLength - kept + (headLength - until) + from;
    return new String(head, 0, until, StandardCharsets.UTF_8)
        + "\n... ("
        + left
        + " bytes left out) ...\n"
        + new String(end, from, kept - from, StandardCharsets.UTF_8);
  }

  /** Where the last character of the beginning that is not whole begins. */
  private int wholeUntil() {
    for (int i = headLength - 1; i >= Math.max(0, headLength - 4); i--) {
      int b = head[i] & 0xff;
      if (b >= 0xc0) {
        int needed = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
        return headLength - i < needed ? i : headLength;
      }
      if (b < 0x80) {
        return headLength;
      }
    }
    return headLength;
  }

  private static int wholeFrom(byte[] end) {
    int from = 0;
    while (from < Math.min(3, end.length) && (end[from] & 0xc0) == 0x80) {
      from++;
    }
    return from;
  }
}
