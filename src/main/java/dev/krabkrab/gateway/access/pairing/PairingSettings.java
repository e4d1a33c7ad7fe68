package dev.krabkrab.gateway.access.pairing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.settings.DocumentValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code gateway.pairing} of the gateway document.
 *
 * @param silentScopes the most a device of this host gets without a question; null for whatever it
 *     asks for
 */
public record PairingSettings(@Nullable List<String> silentScopes) {
  public PairingSettings {
    silentScopes = silentScopes == null ? null : List.copyOf(silentScopes);
  }

  /** Reads the document; something that is no list lets nobody have anything unasked. */
  public static PairingSettings of(JsonNode document) {
    JsonNode given = document.at("/gateway/pairing/silentScopes");
    boolean absent = given.isMissingNode() || given.isNull();
    return new PairingSettings(absent ? null : DocumentValues.texts(given));
  }
}
