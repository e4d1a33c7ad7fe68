package dev.krabkrab.gateway.channel.markup;

import java.util.Set;
import java.util.function.Supplier;

/**
 * What a channel shows.
 *
 * @param most characters that it takes at once, markup included; at least 3 000, for any address to
 *     fit
 * @param schemes of addresses that it links to
 * @param writers of its markup, one for each piece
 */
public record Markup(int most, Set<String> schemes, Supplier<MarkupWriter> writers) {
  /** Characters of the longest address, which may become five times as long. */
  static final int LONGEST_ADDRESS = 500;

  public Markup {
    schemes = Set.copyOf(schemes);
  }
}
