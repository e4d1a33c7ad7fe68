package dev.krabkrab.gateway.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The policy of this node in a file of its own, read anew for each command. A file that is damaged,
 * or that others can write, allows nothing. For any thread. Protocol 02 §3.
 */
public final class PolicyFile {
  /** How the file's text is kept: replaced as a whole, readable by its owner alone. */
  public interface Storage {
    /** The text, or empty when there is no file. */
    Optional<String> read();

    /** Writes the text. */
    void replace(String text);
  }

  private static final String BEGINNING = "{\"version\":1,\"defaults\":{},\"agents\":{}}";
  private static final int MOST_CHARS = 256 * 1024;

  private final Path path;
  private final Storage storage;
  private final Ids ids;

  public PolicyFile(Path path, Storage storage, Ids ids) {
    this.path = path;
    this.storage = storage;
    this.ids = ids;
  }

  /** Makes the file when there is none, so that its owner finds it. */
  public synchronized void create() {
    if (storage.read().isEmpty()) {
      storage.replace(pretty(Json.parseObject(BEGINNING)));
    }
  }

  /** What is wrong with the file, or empty. */
  public Optional<String> problem() {
    try {
      policy();
      return Optional.empty();
    } catch (NodeRefusal refusal) {
      return Optional.of(refusal.text());
    }
  }

  /**
   * The policy in force.
   *
   * @throws NodeRefusal naming the file when it cannot be used
   */
  synchronized NodePolicy policy() {
    return PolicyReader.read(document(text()));
  }

  /** Answers {@code system.execApprovals.get}. */
  synchronized ObjectNode get() {
    create();
    return snapshot(text());
  }

  /** Answers {@code system.execApprovals.set}. */
  synchronized ObjectNode set(JsonNode params) {
    create();
    String stored = text();
    String base = Json.nonBlank(params, "baseHash");
    if (!(params.get("file") instanceof ObjectNode given)) {
      throw conflict("exec approvals file required");
    }
    if (base == null) {
      throw conflict("exec approvals base hash required; reload and retry");
    }
    if (!base.equals(hash(stored))) {
      throw conflict("exec approvals changed; reload and retry");
    }
    ObjectNode file = given.deepCopy();
    file.remove("socket");
    PolicyReader.read(file);
    name(file);
    String text = pretty(file);
    if (text.length() > MOST_CHARS) {
      throw NodeRefusal.invalid("file: longer than " + MOST_CHARS + " characters");
    }
    storage.replace(text);
    return snapshot(text);
  }

  private void name(ObjectNode file) {
    for (JsonNode agent : file.path("agents")) {
      for (JsonNode entry : agent.path("allowlist")) {
        if (entry instanceof ObjectNode object && Json.nonBlank(object, "id") == null) {
          object.put("id", ids.uuid());
        }
      }
    }
  }

  private String text() {
    checkWriters();
    try {
      return storage.read().orElse(BEGINNING);
    } catch (RuntimeException unreadable) {
      throw damaged("cannot be read");
    }
  }

  private void checkWriters() {
    try {
      if (Files.exists(path) && Files.getFileStore(path).supportsFileAttributeView("posix")) {
        Set<PosixFilePermission> given = Files.getPosixFilePermissions(path);
        if (given.contains(PosixFilePermission.GROUP_WRITE)
            || given.contains(PosixFilePermission.OTHERS_WRITE)) {
          throw damaged("can be written by others than its owner: chmod 600");
        }
      }
    } catch (IOException e) {
      throw damaged("cannot be read");
    }
  }

  private ObjectNode document(String text) {
    JsonNode read = Json.tryParse(text);
    if (!(read instanceof ObjectNode document)) {
      throw damaged("is no JSON object");
    }
    try {
      PolicyReader.read(document);
      return document;
    } catch (NodeRefusal wrong) {
      throw damaged(wrong.text());
    }
  }

  private NodeRefusal damaged(String what) {
    return NodeRefusal.denied(
        "SYSTEM_RUN_DISABLED: the policy file "
            + SafeText.line(path.toString())
            + " cannot be used: "
            + SafeText.line(what),
        "policy-file");
  }

  private ObjectNode snapshot(String text) {
    ObjectNode file = document(text);
    file.remove("socket");
    ObjectNode answer = Json.object().put("path", path.toString()).put("exists", true);
    answer.put("hash", hash(text)).set("file", file);
    return answer;
  }

  private static NodeRefusal conflict(String what) {
    return NodeRefusal.invalid("Error: INVALID_REQUEST: " + what);
  }

  private static String pretty(ObjectNode file) {
    return file.toPrettyString() + "\n";
  }

  static String hash(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
