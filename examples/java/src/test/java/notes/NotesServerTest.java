package notes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotesServerTest {
  private static Bridge bridge;
  private static NotesServer server;

  @BeforeAll
  static void start() throws IOException {
    bridge = new Bridge();
    bridge.request("start", Map.of());
    server = new NotesServer(bridge.request("createRealm", Map.of()).path("issuer").asText());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    bridge.close();
  }

  private static int status(String token) throws Exception {
    var request = HttpRequest.newBuilder(server.uri()).header("Authorization", "Bearer " + token).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }

  @Test
  void knowsTheCaller() throws Exception {
    var login = bridge.request("token", Map.of("user", "testadmin"));
    assertEquals(200, status(login.path("token").asText()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "exp", "sig", "none"})
  void refusesABadToken(String kind) throws Exception {
    var bad = bridge.request("badToken", Map.of("kind", kind));
    assertEquals(401, status(bad.path("token").asText()));
  }
}
