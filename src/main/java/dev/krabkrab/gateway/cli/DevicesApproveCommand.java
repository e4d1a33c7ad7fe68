package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab devices approve}. */
@Command(
    name = "approve",
    description = "Lets a waiting device in.",
    footer = {
      "",
      "Without a request id it shows the newest waiting device and asks.",
      "",
      "Where no client is local, as in Kubernetes, nobody can approve the first device. Whoever"
          + " can",
      "reach the gateway's Redis can: --in-redis, with the settings of the gateway"
          + " (KRABKRAB_CONFIG,",
      "KRABKRAB_REDIS_URL, KRABKRAB_NAMESPACE), best inside of one of its pods.",
      "",
      "Examples:",
      "  krabkrab devices approve",
      "  krabkrab devices approve 3ea3ed38",
      "  kubectl exec deploy/krabkrab-gateway -- krabkrab devices approve --latest --in-redis"
    })
final class DevicesApproveCommand extends PairingCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "REQUEST",
      description = "Its id, or the beginning of it.")
  private @Nullable String requestId;

  @Option(names = "--latest", description = "Approve the newest request without asking.")
  private boolean latest;

  @Option(
      names = "--in-redis",
      description = "Approve in the gateway's Redis itself, without connecting to a gateway.")
  private boolean inRedis;

  DevicesApproveCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    if (!inRedis) {
      return super.call();
    }
    RedisPairing pairing = new PairingInRedis();
    try (RedisPairing.Desk desk =
        pairing.open(context().environment(), options().config, options().stateDir)) {
      return approve(desk, desk);
    } catch (RedisPairing.Failure e) {
      throw CliException.local(
          String.valueOf(e.getMessage()), "Are these the settings of the gateway?", e);
    }
  }

  @Override
  int run(GatewayClient client) {
    return approve(client::call, (method, params) -> callWithPower(client, method, params));
  }

  private int approve(RedisPairing.Calls reading, RedisPairing.Calls deciding) {
    if (requestId != null && latest) {
      throw CliException.usage("a request id and --latest exclude each other", null);
    }
    String id =
        requestId != null ? Devices.request(reading, requestId) : choose(reading).orElse(null);
    if (id == null) {
      return ExitCodes.FAILED;
    }
    JsonNode approved = deciding.call("device.pair.approve", Json.object().put("requestId", id));
    if (!printedAsJson(approved)) {
      JsonNode device = approved.path("device");
      print(
          "Approved "
              + Text.safe(DeviceText.name(device))
              + " (device "
              + Text.safe(device.path("deviceId").asText("?"))
              + ") as "
              + Text.safe(DeviceText.join(device.path("roles")))
              + ". It gets in at its next attempt.");
      String commands = DeviceText.commands(device);
      if (!commands.isEmpty()) {
        print("It may be asked for: " + Text.safe(commands));
      }
    }
    return ExitCodes.OK;
  }

  private Optional<String> choose(RedisPairing.Calls calls) {
    JsonNode newest = null;
    for (JsonNode row : calls.call("device.pair.list", Json.object()).path("pending")) {
      if (newest == null || row.path("ts").asLong() > newest.path("ts").asLong()) {
        newest = row;
      }
    }
    if (newest == null) {
      throw new CliException(
          ExitCodes.FAILED,
          "no device waits for approval",
          "A request lasts five minutes: let the device connect again, then repeat this.");
    }
    String id = newest.path("requestId").asText();
    show(newest);
    return latest || confirmed() ? Optional.of(id) : Optional.empty();
  }

  private void show(JsonNode request) {
    if (options().json) {
      return;
    }
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Request", request.path("requestId").asText());
    fields.put("Device", request.path("deviceId").asText());
    fields.put("Name", DeviceText.name(request));
    fields.put("Platform", request.path("platform").asText("-"));
    fields.put("From", request.path("remoteIp").asText("-"));
    fields.put("Role", request.path("role").asText("-"));
    fields.put("Scopes", DeviceText.join(request.path("scopes")));
    fields.put("May run", DeviceText.commands(request));
    fields.put("Client", request.path("version").asText("-"));
    fields.put("Code", request.path("comparisonCode").asText("-"));
    fields.put("Asked", relative(request.path("ts")));
    Table.fields(context(), fields);
  }

  private boolean confirmed() {
    context().err().print("Let this device in? [y/N] ");
    context().err().flush();
    try {
      String answer = context().in().readLine();
      if (answer == null) {
        throw CliException.usage(
            "nobody there to ask", "Name the request id, or use --latest to approve unasked.");
      }
      boolean yes = answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
      if (!yes) {
        context().err().println("Nothing approved.");
      }
      return yes;
    } catch (IOException e) {
      throw CliException.local("cannot read the answer: " + e, "Use --latest.", e);
    }
  }
}
