import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;

/**
 * Asks a node, on whichever instance it is, where a program is; says it once more with the same
 * key.
 */
class Invoke {
  public static void main(String[] args) throws Exception {
    try (Client client = Client.connect(List.of("operator.read", "operator.write"))) {
      String node = "";
      for (JsonNode one :
          client.request("node.list", Client.JSON.createObjectNode()).join().get("nodes")) {
        boolean offers = one.path("commands").toString().contains("\"system.which\"");
        node = one.path("connected").asBoolean() && offers ? one.get("nodeId").asText() : node;
      }
      if (node.isEmpty()) {
        System.out.println("no node that offers system.which is connected");
        System.exit(1);
      }
      ObjectNode call =
          Client.JSON
              .createObjectNode()
              .put("nodeId", node)
              .put("command", "system.which")
              .put("idempotencyKey", UUID.randomUUID().toString());
      call.putObject("params").putArray("bins").add("sh").add("nosuch");
      JsonNode first = client.request("node.invoke", call).join();
      System.out.println("found: " + first.path("payload").path("bins"));
      // The same key is the same call: the node is not asked again, the answer is the one there
      // was.
      JsonNode second = client.request("node.invoke", call).join();
      System.out.println("again: " + first.path("payload").equals(second.path("payload")));
    }
  }
}
