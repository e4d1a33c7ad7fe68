package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab message send}. */
@Command(
    name = "send",
    description = "Says something to somebody in a channel, once.",
    footer = {
      "",
      "It is not tried again; the same --idempotency-key is never sent twice.",
      "",
      "Examples:",
      "  krabkrab message send --channel telegram --to 123456789 \"The build is done.\"",
      "  krabkrab message send --channel slack --to '#ops' --media https://example.com/graph.png"
          + " \\",
      "      \"Load of today\"",
      "  uptime | krabkrab message send --to 123456789 -"
    })
final class MessageSendCommand extends ClientCommand {
  /** Channels may take their time. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  @Parameters(paramLabel = "TEXT", description = "What to say. '-' reads standard input.")
  private String text = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "WHOM",
      description = "A chat or person, by the id that the channel gives it.")
  private String to = "";

  @Option(
      names = "--channel",
      paramLabel = "CHANNEL",
      description = "telegram, slack, webhook ... Default: the only one that is set up.")
  private @Nullable String channel;

  @Option(
      names = "--account",
      paramLabel = "ACCOUNT",
      description = "The account that speaks. Default: default, else the first.")
  private @Nullable String account;

  @Option(
      names = "--media",
      paramLabel = "URL",
      description = "Address of a picture or file to show with it; may be repeated.")
  private @Nullable List<String> media;

  @Option(
      names = "--session",
      paramLabel = "KEY",
      description = "Enters it in the transcript of this session, too.")
  private @Nullable String session;

  @Mixin private IdempotencyOption idempotency = new IdempotencyOption();

  MessageSendCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.write");
  }

  @Override
  int run(GatewayClient client) {
    Duration wait = options().timeout != null ? options().timeout : DEFAULT_TIMEOUT;
    String message = Input.argument(text, context()).strip();
    if (message.isEmpty()) {
      throw CliException.usage(
          "there is nothing to say", "Give a text, or '-' and standard input.");
    }
    ObjectNode params = Json.object().put("to", to).put("message", message);
    putIfGiven(params, "channel", channel);
    putIfGiven(params, "accountId", account);
    putIfGiven(params, "sessionKey", session);
    if (media != null) {
      media.forEach(params.withArray("mediaUrls")::add);
    }
    params.put("idempotencyKey", idempotency.key(context().ids()::uuid));
    JsonNode sent;
    try {
      sent = client.call("send", params, wait, false);
    } catch (CliException e) {
      throw unnamed(e);
    }
    if (!printedAsJson(sent)) {
      print(
          "Sent in "
              + Text.safe(sent.path("channel").asText("?"))
              + ": message "
              + Text.safe(sent.path("messageId").asText("?"))
              + ".");
    }
    return ExitCodes.OK;
  }

  /** The gateway names a channel that nobody named here. */
  private CliException unnamed(CliException e) {
    GatewayError error = e.error();
    boolean which = error != null && error.message().startsWith("unsupported channel");
    if (!which || channel != null) {
      return e;
    }
    return new CliException(
        e.exitCode(),
        "no channel was named, and not just one is set up",
        "Name one with --channel: `krabkrab channels status` shows those that are set up,"
            + " docs/operations/channels.md how to set one up.",
        error,
        e);
  }

  private static void putIfGiven(ObjectNode params, String name, @Nullable String value) {
    if (value != null) {
      params.put(name, value);
    }
  }
}
