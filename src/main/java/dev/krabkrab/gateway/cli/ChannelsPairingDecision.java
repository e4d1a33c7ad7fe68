package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The decision about a stranger who was given a code. */
abstract class ChannelsPairingDecision extends ClientCommand {
  @Parameters(index = "0", paramLabel = "CHANNEL", description = "Such as telegram.")
  private String channel = "";

  @Parameters(
      index = "1",
      paramLabel = "CODE",
      description = "The code, as they were told it and 'channels pairing list' shows it.")
  private String code = "";

  @Option(
      names = "--account",
      paramLabel = "ACCOUNT",
      description = "Only strangers of this account. Default: of any.")
  private @Nullable String account;

  private final String method;

  ChannelsPairingDecision(CliContext context, String method) {
    super(context);
    this.method = method;
  }

  @Override
  List<String> scopes() {
    return List.of("operator.pairing");
  }

  /** What is printed; {@code who} is fit for a terminal. */
  abstract String done(String who);

  @Override
  final int run(GatewayClient client) {
    ObjectNode params = Json.object().put("channel", channel).put("code", code);
    if (account != null) {
      params.put("accountId", account);
    }
    JsonNode judged = client.call(method, params);
    if (!printedAsJson(judged)) {
      print(
          done(
              Text.safe(
                  judged.path("name").asText("?")
                      + " ("
                      + judged.path("channel").asText(channel)
                      + " "
                      + judged.path("senderId").asText("?")
                      + ")")));
    }
    return ExitCodes.OK;
  }

  /** {@code krabkrab channels pairing approve}. */
  @Command(
      name = "approve",
      description = "Lets a stranger in who was given a code.",
      footer = {
        "",
        "From then on they may write, and have agents use their tools. Approvals are decided",
        "by people of allowFrom only.",
        "",
        "Examples:",
        "  krabkrab channels pairing approve telegram 7K2MPQ4X",
        "  krabkrab channels pairing approve slack 7K2MPQ4X --account ops"
      })
  static final class Approve extends ChannelsPairingDecision {
    Approve(CliContext context) {
      super(context, "channels.pairing.approve");
    }

    /** Nobody gives away what he does not hold. */
    @Override
    List<String> scopes() {
      return List.of("operator.admin");
    }

    @Override
    String done(String who) {
      return "Let in " + who + ". They may write now.";
    }
  }

  /** {@code krabkrab channels pairing dismiss}. */
  @Command(
      name = "dismiss",
      description = "Forgets a stranger who waits. They may ask again.",
      footer = {"", "Examples:", "  krabkrab channels pairing dismiss telegram 7K2MPQ4X"})
  static final class Dismiss extends ChannelsPairingDecision {
    Dismiss(CliContext context) {
      super(context, "channels.pairing.dismiss");
    }

    @Override
    String done(String who) {
      return "Dismissed " + who + ".";
    }
  }
}
