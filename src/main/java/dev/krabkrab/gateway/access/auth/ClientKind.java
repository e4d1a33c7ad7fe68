package dev.krabkrab.gateway.access.auth;

import java.util.Locale;

/**
 * What the client's id and mode imply for behaviour and wording. They never grant anything.
 * Protocol 01b §2.3.
 *
 * @param isControlUi the switches of the web control UI apply
 * @param isWebchat a chat page
 * @param isCliHint error hints speak to a command-line user
 * @param tracksPresence the connection appears in presence
 */
public record ClientKind(
    boolean isControlUi, boolean isWebchat, boolean isCliHint, boolean tracksPresence) {

  /** Classifies the id and mode as sent. */
  public static ClientKind of(String clientId, String clientMode) {
    boolean controlUi = clientId.strip().toLowerCase(Locale.ROOT).endsWith("-control-ui");
    boolean webchat = clientMode.equals("webchat") || clientId.equals("webchat-ui");
    boolean cliMode = clientMode.equals("cli");
    boolean cli = cliMode || (clientId.equals("cli") && clientMode.equals("operator"));
    return new ClientKind(controlUi, webchat, cli, !cliMode);
  }
}
