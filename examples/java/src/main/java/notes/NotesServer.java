package notes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** An HTTP server that asks Keycloak about each token. */
final class NotesServer implements AutoCloseable {
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI userinfo;

  NotesServer(String issuer) throws IOException {
    userinfo = URI.create(issuer + "/protocol/openid-connect/userinfo");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  private void answer(HttpExchange exchange) throws IOException {
    var authorization = exchange.getRequestHeaders().getFirst("Authorization");
    exchange.sendResponseHeaders(authorization != null && isValid(authorization) ? 200 : 401, -1);
    exchange.close();
  }

  private boolean isValid(String authorization) throws IOException {
    var question = HttpRequest.newBuilder(userinfo).header("Authorization", authorization).build();
    try {
      return client.send(question, BodyHandlers.discarding()).statusCode() == 200;
    } catch (InterruptedException error) {
      throw new IOException(error);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
