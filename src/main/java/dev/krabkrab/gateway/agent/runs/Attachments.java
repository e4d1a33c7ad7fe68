package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.tools.FetchService;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pictures that come with a message. Protocol 04 §5.4. */
final class Attachments {
  private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);
  private static final int MOST_BYTES = 5_000_000;
  private static final Pattern DATA_URL = Pattern.compile("data:[^,]{0,200};base64,");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*+={0,2}");

  private Attachments() {}

  /** Whether any entry has something in it. */
  static boolean any(JsonNode attachments) {
    for (JsonNode entry : attachments) {
      if (Json.nonBlank(entry, "content") != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads them; what is no picture is left out.
   *
   * @throws GatewayError for one that is too large or no base64
   */
  static List<RunImage> read(JsonNode attachments) {
    List<RunImage> images = new ArrayList<>();
    int number = 0;
    for (JsonNode entry : attachments) {
      String content = Json.textOrNull(entry, "content");
      if (content == null || content.isEmpty()) {
        continue;
      }
      number++;
      String label = label(entry, number);
      byte[] bytes = decode(label, content);
      String declared = Json.textOrNull(entry, "mimeType");
      String found = sniff(bytes);
      String type = found != null || declared == null ? found : FetchService.mediaType(declared);
      if (type != null && type.startsWith("image/")) {
        images.add(new RunImage(type, Base64.getEncoder().encodeToString(bytes)));
      } else {
        LOG.info("an attachment of {} bytes is no picture and is left out", bytes.length);
      }
    }
    return images;
  }

  private static String label(JsonNode entry, int number) {
    String name = Json.nonBlank(entry, "fileName");
    String type = Json.nonBlank(entry, "type");
    if (name != null) {
      return name;
    }
    return type == null ? "attachment-" + number : type;
  }

  private static byte[] decode(String label, String content) {
    Matcher url = DATA_URL.matcher(content);
    String text = (url.lookingAt() ? content.substring(url.end()) : content).strip();
    if (text.length() % 4 != 0 || !BASE64.matcher(text).matches()) {
      throw GatewayError.invalid("Error: attachment " + label + ": invalid base64 content");
    }
    byte[] bytes = Base64.getDecoder().decode(text);
    if (bytes.length > MOST_BYTES) {
      throw GatewayError.invalid(
          "Error: attachment "
              + label
              + ": exceeds size limit ("
              + bytes.length
              + " > "
              + MOST_BYTES
              + " bytes)");
    }
    return bytes;
  }

  /** By its first bytes; null when they are nobody's. */
  private static @Nullable String sniff(byte[] bytes) {
    if (begins(bytes, 0x89, 'P', 'N', 'G')) {
      return "image/png";
    }
    if (begins(bytes, 0xff, 0xd8, 0xff)) {
      return "image/jpeg";
    }
    if (begins(bytes, 'G', 'I', 'F', '8')) {
      return "image/gif";
    }
    if (begins(bytes, 'R', 'I', 'F', 'F') && bytes.length > 12 && bytes[8] == 'W') {
      return "image/webp";
    }
    if (begins(bytes, '%', 'P', 'D', 'F')) {
      return "application/pdf";
    }
    return begins(bytes, 'P', 'K', 3, 4) ? "application/zip" : null;
  }

  private static boolean begins(byte[] bytes, int... with) {
    if (bytes.length < with.length) {
      return false;
    }
    for (int i = 0; i < with.length; i++) {
      if ((bytes[i] & 0xff) != with[i]) {
        return false;
      }
    }
    return true;
  }
}
