import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * Says who is here, and goes on elsewhere when its instance ends. Events are not sent again: read
 * anew.
 */
class Watch {
  public static void main(String[] args) throws Exception {
    while (true) {
      try (Client client = Client.connect(List.of("operator.read"))) {
        System.out.println("connected: " + client.hello.path("server").path("host").asText());
        for (String event = "presence";
            !event.equals("ended");
            event = client.events.take().name()) {
          if (event.equals("presence")) {
            JsonNode rows =
                client.request("system-presence", Client.JSON.createObjectNode()).join();
            System.out.println("present: " + rows.size());
          } else if (event.equals("shutdown")) {
            System.out.println("this instance ends");
          }
        }
      } catch (CompletionException e) {
        System.out.println("ended in mid-call");
      }
    }
  }
}
