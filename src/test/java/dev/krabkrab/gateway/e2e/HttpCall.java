package dev.krabkrab.gateway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** {@code POST /tools/invoke} from an address of this host. */
final class HttpCall {
  private HttpCall() {}

  /** The status that a tool without arguments is answered with. */
  static int tool(String from, int port, String tool, String... headers) {
    try (HttpClient client =
        HttpClient.newBuilder().localAddress(InetAddress.getByName(from)).build()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/tools/invoke"))
              .POST(HttpRequest.BodyPublishers.ofString("{\"tool\":\"" + tool + "\"}"));
      for (String header : headers) {
        int colon = header.indexOf(':');
        request.header(header.substring(0, colon), header.substring(colon + 1).strip());
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
