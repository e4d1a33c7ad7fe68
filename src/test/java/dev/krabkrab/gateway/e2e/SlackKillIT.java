package dev.krabkrab.gateway.e2e;

import dev.krabkrab.gateway.channel.SlackServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The instance that listens to Slack dies. */
class SlackKillIT extends ChannelKillCase {
  private final SlackServer slack = new SlackServer();

  SlackKillIT() {
    super("slack");
  }

  @Override
  String settings() {
    return "channels:{slack:{dmPolicy:'open'," + slack.settings() + "}}";
  }

  @Override
  String person(int number) {
    return "U0PERSON" + number;
  }

  @Override
  void write(int number, String text) {
    slack.write(person(number), text);
  }

  @Override
  List<String> saidTo(int number) {
    return slack.said(person(number));
  }

  @AfterEach
  void close() {
    slack.close();
  }
}
