package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A command that changes pairings or tokens. It connects with the pairing scope alone; when the
 * gateway says that the change needs more (nobody gives away scopes he does not hold, Protocol 01c
 * §6.4 and §7.4), it asks for admin on a second connection.
 */
abstract class PairingCommand extends ClientCommand {
  private static final List<String> PAIRING = List.of("operator.pairing");
  private static final List<String> ADMIN = List.of("operator.admin", "operator.pairing");

  PairingCommand(CliContext context) {
    super(context);
  }

  @Override
  final List<String> scopes() {
    return PAIRING;
  }

  final JsonNode callWithPower(GatewayClient client, String method, ObjectNode params) {
    try {
      return client.call(method, params);
    } catch (CliException e) {
      GatewayError error = e.error();
      if (error == null || !error.isMissingScope() || options().scopes != null) {
        throw e;
      }
      try (GatewayClient admin = connect(ADMIN)) {
        return admin.call(method, params);
      }
    }
  }
}
