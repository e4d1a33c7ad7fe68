package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The params schemas of all methods, of {@code connect} and of the request frame. Protocol 01a §3.3
 * and 02 §1.2 for protocol 3, 05 §3 and §17 for protocol 4.
 *
 * <p>Protocol 3 refuses unknown properties. Protocol 4 ignores them, and uses a file of its own
 * only where it knows more parameters than protocol 3 does. Methods that read their fields loosely
 * have no schema: everything passes. Immutable and safe for any number of threads.
 */
public final class Schemas {
  private static final String CONNECT = "_connect";
  private static final String TRACEPARENT = "traceparent";
  private static final int LONGEST_TRACEPARENT = 128;
  private static final String TRACEPARENT_TOO_LONG =
      "at /traceparent: must NOT have more than 128 characters";
  private static final String FRAME = "_request-frame";

  private final Map<String, Contract> v3;
  private final Map<String, Contract> v4;
  private final Set<String> names;

  private Schemas(Map<String, Contract> v3, Map<String, Contract> v4) {
    this.v3 = v3;
    this.v4 = v4;
    var all = new TreeSet<>(v4.keySet());
    all.removeIf(name -> name.startsWith("_"));
    this.names = Set.copyOf(all);
  }

  /**
   * Reads every schema file; done once, at start. Those of connect, which every client needs, are
   * compiled too, the others when they are first needed.
   *
   * @throws IllegalStateException naming the file that is missing or no JSON
   */
  public static Schemas load() {
    var files = SchemaFiles.read();
    var schemas = new Schemas(files.closed(), files.open());
    schemas.platform(CONNECT, 3).compiled();
    schemas.platform(CONNECT, 4).compiled();
    return schemas;
  }

  /** Whether params of this method are checked under protocol 3 or 4. */
  public boolean has(String method) {
    return names.contains(method);
  }

  /** The methods that have a schema, in no order. */
  public Set<String> names() {
    return names;
  }

  /**
   * What is wrong with the params of a method, after {@link Leniency} has repaired them.
   *
   * @param params what the frame carried; absent and JSON null count as an empty object
   * @param version the negotiated protocol, 3 or 4
   * @return the problems joined by {@code "; "}, without the {@code invalid X params: } prefix;
   *     empty when valid or when the method has no schema
   */
  public Optional<String> problems(String method, @Nullable JsonNode params, int version) {
    var contract = contract(method, version);
    return contract == null ? Optional.empty() : contract.problems(normalized(method, params));
  }

  /** The params a handler works with: repaired by {@link Leniency}, an empty object for none. */
  public JsonNode normalized(String method, @Nullable JsonNode params) {
    return Leniency.normalize(method, orEmpty(params));
  }

  /** What is wrong with the params of {@code connect}. Protocol 01b §2 and 05 §3. */
  public Optional<String> connectProblems(@Nullable JsonNode params, int version) {
    return platform(CONNECT, version).problems(orEmpty(params));
  }

  /** What is wrong with a request frame. Protocol 01a §3.1 and §3.2. */
  public Optional<String> frameProblems(JsonNode frame, int version) {
    if (isOrdinary(frame)) {
      return Optional.empty();
    }
    return frame.path(TRACEPARENT).asText().length() > LONGEST_TRACEPARENT
        ? Optional.of(TRACEPARENT_TOO_LONG)
        : platform(FRAME, version).problems(frame);
  }

  /**
   * Sees at a glance what nearly every frame looks like; the rest is left to the schema. A {@code
   * traceparent} is fine in protocol 3 too, whose schema does not know it.
   */
  private static boolean isOrdinary(JsonNode frame) {
    return frame.isObject()
        && (frame.size() == expectedSize(frame, 3) || isTraced(frame))
        && "req".equals(frame.path("type").textValue())
        && isFilled(frame.path("id"))
        && isFilled(frame.path("method"));
  }

  private static int expectedSize(JsonNode frame, int least) {
    return frame.has("params") ? least + 1 : least;
  }

  private static boolean isTraced(JsonNode frame) {
    JsonNode trace = frame.get(TRACEPARENT);
    return trace != null
        && frame.size() == expectedSize(frame, 4)
        && trace.isTextual()
        && trace.textValue().length() <= LONGEST_TRACEPARENT;
  }

  private static boolean isFilled(JsonNode value) {
    return value.isTextual() && !value.textValue().isEmpty();
  }

  /** A method known to protocol 4 only is checked by the rules of protocol 4 on any connection. */
  private @Nullable Contract contract(String method, int version) {
    if (method.startsWith("_")) {
      return null;
    }
    var closed = version >= 4 ? null : v3.get(method);
    return closed != null ? closed : v4.get(method);
  }

  private Contract platform(String name, int version) {
    var contract = (version >= 4 ? v4 : v3).get(name);
    if (contract == null) {
      throw new IllegalStateException("No schema file for " + name);
    }
    return contract;
  }

  private static JsonNode orEmpty(@Nullable JsonNode params) {
    return params == null || params.isNull() || params.isMissingNode()
        ? JsonNodeFactory.instance.objectNode()
        : params;
  }
}
