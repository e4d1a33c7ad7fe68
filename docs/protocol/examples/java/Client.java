import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A small client of the gateway. Needs Java 22 and jackson-databind on the class path. */
final class Client implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What the gateway refused: its code, and details.code to decide by. The message is for people.
   */
  static final class Refused extends RuntimeException {
    final JsonNode error;

    Refused(JsonNode error) {
      super(error.path("message").asText());
      this.error = error;
    }
  }

  record Event(String name, JsonNode payload) {}

  /**
   * The key of this device, and the token the gateway gave it. One file, for its owner's eyes only.
   */
  static final class Identity {
    final PrivateKey key;
    final byte[] publicKey;
    private final Path file;
    String deviceToken = "";

    private Identity(PrivateKey key, byte[] publicKey, Path file) {
      this.key = key;
      this.publicKey = publicKey;
      this.file = file;
    }

    /** A key pair from its 32 bytes: the generator asks its randomness for just these. */
    static Identity ofSeed(byte[] seed, Path file) throws GeneralSecurityException {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(
          NamedParameterSpec.ED25519,
          new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
              System.arraycopy(seed, 0, bytes, 0, bytes.length);
            }
          });
      KeyPair pair = generator.generateKeyPair();
      byte[] der = pair.getPublic().getEncoded();
      return new Identity(
          pair.getPrivate(), Arrays.copyOfRange(der, der.length - 32, der.length), file);
    }

    static Identity load(Path file) throws IOException, GeneralSecurityException {
      if (!Files.exists(file)) {
        byte[] seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, HexFormat.of().formatHex(seed) + "\n");
      }
      List<String> lines = Files.readAllLines(file);
      Identity identity = ofSeed(HexFormat.of().parseHex(lines.get(0)), file);
      identity.deviceToken = lines.size() > 1 ? lines.get(1) : "";
      return identity;
    }

    void keep(String token) throws IOException {
      deviceToken = token;
      Files.writeString(file, Files.readAllLines(file).get(0) + "\n" + token + "\n");
    }

    String deviceId() throws GeneralSecurityException {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(publicKey));
    }

    /** The signature of a connect request: what is signed says who asks for what, here and now. */
    String signature(JsonNode of) throws GeneralSecurityException {
      List<String> scopes =
          JSON.convertValue(
              of.get("scopes"),
              JSON.getTypeFactory().constructCollectionType(List.class, String.class));
      String text =
          String.join(
              "|",
              "v3",
              deviceId(),
              of.get("clientId").asText(),
              of.get("clientMode").asText(),
              of.get("role").asText(),
              String.join(",", scopes),
              of.get("signedAt").asText(),
              of.get("token").asText(),
              of.get("nonce").asText(),
              lower(of.get("platform").asText()),
              lower(of.get("deviceFamily").asText()));
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return base64url(signature.sign());
    }
  }

  private final Identity identity;
  private final List<String> scopes;

  /** What was told over this connection; {@code ended} comes last. */
  final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private final Map<String, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private WebSocket socket;
  JsonNode hello;

  private Client(Identity identity, List<String> scopes) {
    this.identity = identity;
    this.scopes = scopes;
  }

  /** Connects to the first address that answers, and waits until this device is let in. */
  static Client connect(List<String> scopes) throws Exception {
    String[] urls = System.getenv().getOrDefault("GATEWAY_URLS", "ws://127.0.0.1:18789").split(",");
    Identity identity =
        Identity.load(Path.of(System.getenv().getOrDefault("IDENTITY", "identity.txt")));
    String told = "";
    for (int attempt = 0; ; attempt++) {
      Client client = new Client(identity, scopes);
      long pause = Math.min(15_000, 250L << Math.min(attempt, 6));
      try {
        client.open(urls[attempt % urls.length]);
        return client;
      } catch (CompletionException e) {
        if (e.getCause() instanceof Refused refused) {
          String request = refused.error.path("details").path("requestId").asText();
          if (!request.isEmpty() && !request.equals(told)) {
            System.out.println("waiting: krabkrab devices approve " + request);
            told = request;
          } else if (request.isEmpty() && !refused.error.path("retryable").asBoolean()) {
            throw refused;
          }
          pause = refused.error.path("retryAfterMs").asLong(pause);
        }
      }
      TimeUnit.MILLISECONDS.sleep((long) (pause * (0.5 + Math.random())));
    }
  }

  /** The payload of the answer; fails with {@link Refused}. */
  CompletableFuture<JsonNode> request(String method, JsonNode params) {
    String id = UUID.randomUUID().toString();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(id, answer);
    send(id, method, params);
    return answer;
  }

  @Override
  public void close() {
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
  }

  private void open(String url) {
    CompletableFuture<JsonNode> challenge = new CompletableFuture<>();
    pending.put("challenge", challenge);
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(url), new Frames())
            .join();
    CompletableFuture<JsonNode> greeting = new CompletableFuture<>();
    pending.put("connect", greeting);
    try {
      send("connect", "connect", hello(challenge.join()));
      hello = greeting.join();
      String token = hello.path("auth").path("deviceToken").asText();
      if (!token.isEmpty()) {
        identity.keep(token);
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void send(String id, String method, JsonNode params) {
    ObjectNode frame =
        JSON.createObjectNode().put("type", "req").put("id", id).put("method", method);
    frame.set("params", params);
    socket.sendText(frame.toString(), true).join();
  }

  private JsonNode hello(JsonNode challenge) throws GeneralSecurityException {
    // The token of the device is enough once there is one; the shared secret is for the first time.
    boolean known = !identity.deviceToken.isEmpty();
    String token = known ? identity.deviceToken : System.getenv().getOrDefault("GATEWAY_TOKEN", "");
    ObjectNode signed =
        JSON.createObjectNode()
            .put("clientId", "gateway-client")
            .put("clientMode", "backend")
            .put("role", "operator")
            .put("signedAt", challenge.get("ts").asLong())
            .put("token", token)
            .put("nonce", challenge.get("nonce").asText())
            .put("platform", "linux")
            .put("deviceFamily", "");
    signed.set("scopes", JSON.valueToTree(scopes));

    ObjectNode params =
        JSON.createObjectNode().put("minProtocol", 3).put("maxProtocol", 4).put("role", "operator");
    params.set("scopes", JSON.valueToTree(scopes));
    params
        .putObject("client")
        .put("id", "gateway-client")
        .put("mode", "backend")
        .put("version", "1.0.0")
        .put("platform", "linux")
        .put("displayName", "an example");
    params.putObject("auth").put(known ? "deviceToken" : "token", token);
    params
        .putObject("device")
        .put("id", identity.deviceId())
        .put("publicKey", base64url(identity.publicKey))
        .put("signedAt", challenge.get("ts").asLong())
        .put("nonce", challenge.get("nonce").asText())
        .put("signature", identity.signature(signed));
    return params;
  }

  private void frame(JsonNode frame) {
    if (frame.path("event").asText().equals("connect.challenge")) {
      pending.remove("challenge").complete(frame.get("payload"));
    } else if (frame.path("type").asText().equals("event")) {
      events.add(new Event(frame.get("event").asText(), frame.path("payload")));
    } else {
      CompletableFuture<JsonNode> answer = pending.remove(frame.path("id").asText());
      if (answer != null && frame.path("ok").asBoolean()) {
        answer.complete(frame.path("payload"));
      } else if (answer != null) {
        answer.completeExceptionally(new Refused(frame.path("error")));
      }
    }
  }

  /**
   * Whether a call that was under way took effect is not known: ask again with the same
   * idempotencyKey.
   */
  private void ended() {
    pending
        .values()
        .forEach(answer -> answer.completeExceptionally(new IOException("the connection ended")));
    events.add(new Event("ended", JSON.nullNode()));
  }

  private final class Frames implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          frame(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      ended();
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      ended();
    }
  }

  static String lower(String text) {
    StringBuilder lower = new StringBuilder();
    text.strip().chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
    return lower.toString();
  }

  static String base64url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
