package notes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A client of `mcp-keycloak bridge`, which ends with this process. Requests may come from any thread. */
final class Bridge implements AutoCloseable {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedWriter input;
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();

  Bridge() throws IOException {
    process = new ProcessBuilder("mcp-keycloak", "bridge").redirectError(Redirect.INHERIT).start();
    input = process.outputWriter(StandardCharsets.UTF_8);
    var output = process.inputReader(StandardCharsets.UTF_8);
    var hello = output.readLine();
    if (hello == null) throw new IOException("mcp-keycloak bridge did not start");
    var version = JSON.readTree(hello).path("bridgeVersion").asInt();
    if (version != VERSION) throw new IOException("mcp-keycloak has version " + version + " of the bridge");
    var reader = new Thread(() -> read(output), "mcp-keycloak bridge");
    reader.setDaemon(true);
    reader.start();
  }

  private void read(BufferedReader output) {
    try {
      for (var line = output.readLine(); line != null; line = output.readLine()) {
        var answer = JSON.readTree(line);
        var one = waiting.remove(answer.path("id").asInt());
        if (one != null) one.complete(answer);
      }
    } catch (IOException error) {
      // The bridge has ended.
    }
    waiting.values().forEach(one -> one.completeExceptionally(new IOException("mcp-keycloak has ended")));
  }

  /** Sends a request and waits for its result. */
  JsonNode request(String method, Map<String, ?> params) {
    var id = lastId.incrementAndGet();
    var waited = new CompletableFuture<JsonNode>();
    waiting.put(id, waited);
    try {
      var line = JSON.writeValueAsString(Map.of("id", id, "method", method, "params", params));
      synchronized (input) {
        input.write(line + "\n");
        input.flush();
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    var answer = waited.join();
    var error = answer.path("error");
    if (error.isMissingNode()) return answer.path("result");
    throw new IllegalStateException(
        "%s  [%s]\n%s\n%s".formatted(text(error, "message"), text(error, "code"), text(error, "why"), text(error, "fix")));
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asText();
  }

  /** Ends the bridge, which removes its realms and its Keycloak. */
  @Override
  public void close() throws IOException, InterruptedException {
    input.close();
    process.waitFor();
  }
}
