import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HexFormat;

/** Do your signatures equal those of the guide? Begin here: nothing else works until they do. */
class Vectors {
  public static void main(String[] args) throws Exception {
    JsonNode vectors = Client.JSON.readTree(Path.of(args[0]).toFile());
    Client.Identity identity =
        Client.Identity.ofSeed(HexFormat.of().parseHex(vectors.get("seed").asText()), null);
    int right = 0;
    for (JsonNode one : vectors.get("cases")) {
      if (identity.signature(one).equals(one.get("signature").asText())) {
        right++;
      } else {
        System.out.println("wrong: " + one.get("name").asText());
      }
    }
    boolean key = identity.deviceId().equals(vectors.get("deviceId").asText());
    System.out.println(
        key && right == vectors.get("cases").size() ? "right: " + right + " signatures" : "wrong");
  }
}
