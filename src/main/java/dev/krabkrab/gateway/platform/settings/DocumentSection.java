package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a reader makes of the document: read once for each revision. Safe from any thread. */
final class DocumentSection<T> implements Supplier<T> {
  private final Supplier<GatewayDocument> document;
  private final Function<JsonNode, T> reader;
  private volatile @Nullable Read<T> last;

  private record Read<T>(GatewayDocument document, T value) {
    boolean isOf(GatewayDocument other) {
      return document == other;
    }
  }

  DocumentSection(Supplier<GatewayDocument> document, Function<JsonNode, T> reader) {
    this.document = document;
    this.reader = reader;
  }

  @Override
  public T get() {
    Read<T> known = last;
    return known != null && known.isOf(document.get()) ? known.value() : read();
  }

  private synchronized T read() {
    // Asked for again: the one who held the lock before may have read it meanwhile.
    GatewayDocument now = document.get();
    Read<T> known = last;
    if (known == null || !known.isOf(now)) {
      known = new Read<>(now, reader.apply(now.parsed()));
      last = known;
    }
    return known.value();
  }
}
