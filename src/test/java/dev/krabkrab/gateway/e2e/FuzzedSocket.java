package dev.krabkrab.gateway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.schema.SampleParams;
import dev.krabkrab.gateway.platform.rpc.Access;
import dev.krabkrab.gateway.platform.rpc.MethodCatalog;
import dev.krabkrab.gateway.platform.rpc.MethodSpec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One socket's life in the fuzz run: what it sends is a function of its random source. */
final class FuzzedSocket {
  /** Their answers wait for somebody else. */
  private static final Set<String> PATIENT =
      Set.of("exec.approval.request", "exec.approval.waitDecision", "agent.wait", "node.invoke");

  private static final List<MethodSpec> METHODS = MethodCatalog.all().toList();

  private final DeviceKeys device;
  private final SampleParams samples;
  private final RandomGenerator random;
  private final Mutator mutator;
  private final List<String> sent = new ArrayList<>();

  FuzzedSocket(DeviceKeys device, SampleParams samples, RandomGenerator random) {
    this.device = device;
    this.samples = samples;
    this.random = random;
    this.mutator = new Mutator(random);
  }

  /** Frames sent so far, shortened, for the report of a failure. */
  List<String> sent() {
    return sent;
  }

  /** Sends a spoiled connect; the gateway answers, closes, or both. Returns what is wrong. */
  @Nullable String stranger(int port) {
    try (Peer peer = Peer.open(port)) {
      int version = version();
      Connect connect =
          (random.nextBoolean() ? Connect.operator(version) : Connect.node(version))
              .device(device)
              .token(Cluster.TOKEN);
      ObjectNode valid =
          Mutator.request("c0", "connect", connect.params(peer.nonce(), peer.serverTime()));
      byte[] message = mutator.spoil(valid);
      write(peer, message, random.nextInt(5) == 0);
      boolean answered = false;
      while (!peer.isClosed() && !answered) {
        if (!peer.take(Peer.PATIENCE_MS)) {
          return "neither answered nor closed";
        }
        answered = peer.frames().getLast().path("ok").asBoolean();
      }
      return answered || isHandshakeClose(peer.closed(), message)
          ? null
          : "closed " + peer.closed();
    }
  }

  private static boolean isHandshakeClose(RawSocket.Arrival.Closed closed, byte[] message) {
    return switch (closed.code()) {
      case 1000 -> Json.tryParse(message) == null;
      case 1002 -> closed.reason().equals("protocol mismatch");
      case 1007 -> !isUtf8(message);
      case 1008 -> !closed.reason().isEmpty();
      case 1009 -> message.length > 65_536;
      default -> false;
    };
  }

  /** Sends spoiled requests, then a good one. Returns what is wrong, or null. */
  @Nullable String member(int port, int frames) {
    int version = version();
    boolean node = random.nextInt(3) == 0;
    Connect connect =
        (node ? Connect.node(version) : Connect.operator(version))
            .device(device)
            .token(Cluster.TOKEN);
    try (Peer peer = Peer.connected(port, connect)) {
      int answers = 0;
      int denied = 0;
      for (int i = 0; i < frames; i++) {
        MethodSpec method = node ? mutator.pick(forNodes(version)) : mutator.pick(METHODS);
        ObjectNode valid =
            Mutator.request("f" + i, method.name(), samples.of(method.name(), version, random));
        byte[] message = mutator.spoil(valid);
        write(peer, message, random.nextInt(5) == 0);
        Integer end = expectedEnd(message, version);
        if (end != null) {
          return peer.closed().code() == end ? null : "closed " + peer.closed() + " for " + end;
        }
        JsonNode parsed = Json.tryParse(message);
        answers += parsed != null && !PATIENT.contains(parsed.path("method").asText()) ? 1 : 0;
        denied += node && version == 4 && parsed != null && isForeign(parsed) ? 1 : 0;
        if (denied > 9) {
          return null;
        }
      }
      return aliveAfter(peer, node, answers);
    }
  }

  private @Nullable String aliveAfter(Peer peer, boolean node, int answers) {
    String probe = "probe";
    String good = node ? "skills.bins" : "health";
    peer.socket().send(RawSocket.text(Json.text(Mutator.request(probe, good, Json.object()))));
    boolean probed = false;
    while (!probed || responses(peer) < answers + 2) {
      if (!peer.take(Peer.PATIENCE_MS) || peer.isClosed()) {
        return "probe answered: %s, answers %d of %d, closed: %s"
            .formatted(
                probed, responses(peer) - 1, answers + 1, peer.isClosed() ? peer.closed() : "no");
      }
      JsonNode last = peer.frames().getLast();
      if (last.path("id").asText().equals(probe)) {
        probed = true;
        if (!last.path("ok").asBoolean()) {
          return "the good request failed: " + last;
        }
      }
    }
    return null;
  }

  private static int responses(Peer peer) {
    return (int) peer.frames().stream().filter(f -> f.path("type").asText().equals("res")).count();
  }

  private static @Nullable Integer expectedEnd(byte[] message, int version) {
    if (!isUtf8(message)) {
      return 1007;
    }
    return message.length > 512 * 1024 && version == 3 ? 1009 : null;
  }

  /** A node of protocol 4 that keeps calling what it may not is closed, so it mostly does not. */
  private List<MethodSpec> forNodes(int version) {
    if (version == 3 || random.nextInt(12) == 0) {
      return METHODS;
    }
    return METHODS.stream().filter(m -> m.access() == Access.NODE).toList();
  }

  private static boolean isForeign(JsonNode frame) {
    MethodSpec method = MethodCatalog.find(frame.path("method").asText());
    return method == null || method.access() != Access.NODE;
  }

  private int version() {
    return random.nextBoolean() ? 3 : 4;
  }

  /** As text or binary, whole or in pieces, with control frames in between. */
  private void write(Peer peer, byte[] message, boolean inPieces) {
    sent.add(shortened(message));
    int opcode = random.nextInt(4) == 0 ? RawSocket.BINARY : RawSocket.TEXT;
    if (!inPieces || message.length < 2) {
      peer.socket().send(RawSocket.frame(opcode, true, message));
      return;
    }
    int cut = 1 + random.nextInt(message.length - 1);
    peer.socket()
        .send(
            RawSocket.frame(opcode, false, Arrays.copyOf(message, cut)),
            RawSocket.frame(RawSocket.PING, true, new byte[random.nextInt(126)]),
            RawSocket.frame(RawSocket.CONTINUATION, false, new byte[0]),
            RawSocket.frame(RawSocket.PONG, true, new byte[3]),
            RawSocket.frame(
                RawSocket.CONTINUATION, true, Arrays.copyOfRange(message, cut, message.length)));
  }

  private static String shortened(byte[] message) {
    String text = new String(message, StandardCharsets.UTF_8);
    return text.length() <= 300 ? text : text.substring(0, 300) + "… " + text.length();
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
