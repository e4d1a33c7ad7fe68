package dev.krabkrab.gateway.agent.media;

import java.util.List;

/**
 * The content of a PDF's first pages.
 *
 * @param text may be empty
 * @param pictures of those pages as JPEG, when they hold hardly any text; else none
 * @param read how many pages this is of, from the first one
 * @param all how many pages there are
 */
public record PdfPages(String text, List<byte[]> pictures, int read, int all) {
  /** The most pages that are read. */
  public static final int MOST = 4;

  public PdfPages {
    pictures = List.copyOf(pictures);
  }
}
