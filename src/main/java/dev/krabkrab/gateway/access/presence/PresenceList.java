package dev.krabkrab.gateway.access.presence;

import dev.krabkrab.gateway.access.presence.PresenceView.Shown;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the list of a view from entries encoded before: gateways first, then the latest change
 * first, 200 at most. Protocol 01d §10.3.
 */
final class PresenceList {
  private static final int MAX_ENTRIES = 200;

  /** How far the time of a live connection may lie behind, in milliseconds. */
  private static final long FRESH_MS = 60_000;

  private final ByteArrayOutputStream out;
  private final boolean located;
  private int entries;

  private PresenceList(int sizeHint, boolean located) {
    this.out = new ByteArrayOutputStream(sizeHint);
    this.located = located;
  }

  /**
   * Writes the list.
   *
   * @param instance whose own entry comes first
   * @param now Redis time, epoch milliseconds
   * @param sizeHint expected size in bytes
   * @param located each entry says which instance it is connected to
   */
  static JsonText of(PresenceView view, String instance, long now, int sizeHint, boolean located) {
    PresenceList list = new PresenceList(Math.max(64, sizeHint), located);
    list.out.write('[');
    list.write(view.selves().get(instance), now);
    for (Shown self : view.selves().values()) {
      if (!self.key().equals(instance)) {
        list.write(self, now);
      }
    }
    list.writeNewest(view.live().iterator(), view.left().iterator(), now);
    list.out.write(']');
    return JsonText.ofUtf8(list.out.toByteArray());
  }

  /** A live connection is seen this very minute, however long ago it came. */
  private void writeNewest(Iterator<Shown> live, Iterator<Shown> left, long now) {
    long fresh = now - now % FRESH_MS;
    Shown nextLive = next(live);
    Shown nextLeft = next(left);
    while (entries < MAX_ENTRIES && (nextLive != null || nextLeft != null)) {
      long liveTs = nextLive == null ? -1 : Math.max(nextLive.ts(), fresh);
      if (nextLeft == null || (nextLive != null && liveTs >= nextLeft.ts())) {
        write(nextLive, liveTs);
        nextLive = next(live);
      } else {
        write(nextLeft, nextLeft.ts());
        nextLeft = next(left);
      }
    }
  }

  private static @Nullable Shown next(Iterator<Shown> iterator) {
    return iterator.hasNext() ? iterator.next() : null;
  }

  private void write(@Nullable Shown entry, long ts) {
    if (entry == null || entries >= MAX_ENTRIES) {
      return;
    }
    if (entries++ > 0) {
      out.write(',');
    }
    out.writeBytes(entry.head());
    out.writeBytes(Long.toString(ts).getBytes(StandardCharsets.US_ASCII));
    String instance = located ? entry.gatewayInstance() : null;
    if (instance != null) {
      String field = Json.text(Json.object().put("gatewayInstance", instance));
      out.write(',');
      out.writeBytes(field.substring(1, field.length() - 1).getBytes(StandardCharsets.UTF_8));
    }
    out.write('}');
  }
}
